package io.pharos.model.labels;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Builds [Labels]. Setting an empty value removes the label. Not thread-safe; may be used again after [#build()].
public final class LabelsBuilder {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    public LabelsBuilder() {}

    public LabelsBuilder(Labels start) {
        reset(start);
    }

    /// Forgets everything and starts from `start`.
    public LabelsBuilder reset(Labels start) {
        names.clear();
        values.clear();
        for (Label label : start) {
            names.add(label.name());
            values.add(label.value());
        }
        return this;
    }

    public LabelsBuilder set(String name, String value) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("empty label name for value \"" + value + "\"");
        }
        return put(name, value);
    }

    /// As [#set], whatever the name is: for those who check names once the labels are whole.
    public LabelsBuilder put(String name, String value) {
        int at = find(name);
        if (value.isEmpty()) {
            if (at >= 0) {
                names.remove(at);
                values.remove(at);
            }
        } else if (at >= 0) {
            values.set(at, value);
        } else {
            names.add(-at - 1, name);
            values.add(-at - 1, value);
        }
        return this;
    }

    public String get(String name) {
        int at = find(name);
        return at < 0 ? "" : values.get(at);
    }

    public boolean has(String name) {
        return find(name) >= 0;
    }

    public LabelsBuilder remove(String... removed) {
        for (String name : removed) {
            int at = find(name);
            if (at >= 0) {
                names.remove(at);
                values.remove(at);
            }
        }
        return this;
    }

    /// Removes every label but those named.
    public LabelsBuilder keep(String... kept) {
        Set<String> wanted = Set.of(kept);
        for (int i = names.size() - 1; i >= 0; i--) {
            if (!wanted.contains(names.get(i))) {
                names.remove(i);
                values.remove(i);
            }
        }
        return this;
    }

    /// The names now set, sorted; a copy.
    public List<String> names() {
        return List.copyOf(names);
    }

    public Labels build() {
        if (names.isEmpty()) {
            return Labels.EMPTY;
        }
        int n = names.size();
        var texts = new byte[2 * n][];
        int length = 0;
        for (int i = 0; i < n; i++) {
            texts[2 * i] = names.get(i).getBytes(StandardCharsets.UTF_8);
            texts[2 * i + 1] = values.get(i).getBytes(StandardCharsets.UTF_8);
            length += Labels.encodedLength(texts[2 * i].length) + Labels.encodedLength(texts[2 * i + 1].length);
        }
        var bytes = new byte[length];
        int at = 0;
        for (byte[] text : texts) {
            at = Labels.putLength(bytes, at, text.length);
            System.arraycopy(text, 0, bytes, at, text.length);
            at += text.length;
        }
        return Labels.ofEncoded(bytes);
    }

    private int find(String name) {
        int low = 0;
        int high = names.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Labels.compareNames(names.get(middle), name);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
