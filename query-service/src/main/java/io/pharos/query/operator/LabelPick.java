package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Keeps, or drops, some labels of label sets by copying bytes. Immutable, thread-safe.
final class LabelPick {
    /// Labels that say what a metric is; what computes a new value drops them.
    static final List<String> IDENTITY = List.of(Labels.METRIC_NAME, "__type__", "__unit__");

    static final LabelPick WITHOUT_IDENTITY = dropping(IDENTITY);
    static final LabelPick WITHOUT_NAME = dropping(List.of(Labels.METRIC_NAME));

    private final byte[][] names;
    private final boolean keep;

    private LabelPick(Collection<String> names, boolean keep) {
        var sorted = new TreeSet<>(Labels.NAME_ORDER);
        sorted.addAll(names);
        this.names = sorted.stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.keep = keep;
    }

    static LabelPick keeping(Collection<String> names) {
        return new LabelPick(names, true);
    }

    static LabelPick dropping(Collection<String> names) {
        return new LabelPick(names, false);
    }

    Labels of(Labels labels) {
        byte[] from = labels.encoded();
        byte[] to = null;
        int length = 0;
        int name = 0;
        for (int at = 0; at < from.length; ) {
            int textStart = Labels.textStart(from, at);
            int textEnd = textStart + Labels.textLength(from, at);
            int next = Labels.textStart(from, textEnd) + Labels.textLength(from, textEnd);
            int order = 1;
            while (name < names.length) {
                order = Arrays.compareUnsigned(names[name], 0, names[name].length, from, textStart, textEnd);
                if (order >= 0) {
                    break;
                }
                name++;
            }
            boolean listed = name < names.length && order == 0;
            if (listed == keep) {
                if (to != null) {
                    System.arraycopy(from, at, to, length, next - at);
                }
                length += next - at;
            } else if (to == null) {
                to = new byte[from.length];
                System.arraycopy(from, 0, to, 0, at);
                length = at;
            }
            at = next;
        }
        return to == null ? labels : Labels.ofEncoded(Arrays.copyOf(to, length));
    }
}
