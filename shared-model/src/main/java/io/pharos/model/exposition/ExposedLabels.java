package io.pharos.model.exposition;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import java.util.ArrayList;
import java.util.List;

/// The labels of a series as a target wrote them: in its order, repeated names and empty values included. Reused series
/// after series; not thread-safe.
public final class ExposedLabels {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    public void clear() {
        names.clear();
        values.clear();
    }

    public void add(String name, String value) {
        names.add(name);
        values.add(value);
    }

    /// Takes away every label called `name`.
    public void remove(String name) {
        for (int i = names.size() - 1; i >= 0; i--) {
            if (names.get(i).equals(name)) {
                names.remove(i);
                values.remove(i);
            }
        }
    }

    public int size() {
        return names.size();
    }

    public String name(int i) {
        return names.get(i);
    }

    public String value(int i) {
        return values.get(i);
    }

    /// Whether the label is there, be it with an empty value.
    public boolean has(String name) {
        return names.contains(name);
    }

    /// The value of `name`, `""` if absent.
    public String get(String name) {
        int at = names.indexOf(name);
        return at < 0 ? "" : values.get(at);
    }

    /// The first name given twice, `""` if none is.
    public String repeated() {
        for (int i = 1; i < names.size(); i++) {
            if (names.indexOf(names.get(i)) < i) {
                return names.get(i);
            }
        }
        return "";
    }

    /// As a set: of repeated names the first counts, empty values mean absent.
    public Labels toLabels() {
        var builder = new LabelsBuilder();
        for (int i = names.size() - 1; i >= 0; i--) {
            if (!names.get(i).isEmpty()) {
                builder.set(names.get(i), values.get(i));
            }
        }
        return builder.build();
    }
}
