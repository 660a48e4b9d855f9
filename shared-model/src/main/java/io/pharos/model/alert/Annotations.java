package io.pharos.model.alert;

import io.pharos.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// Builds annotations: like labels, but an empty value is kept, as Alertmanager keeps it.
public final class Annotations {
    private Annotations() {}

    /// The pairs in the layout of [Labels], empty values included. Fails on an empty name.
    public static Labels of(Map<String, String> pairs) {
        var sorted = new TreeMap<String, String>(Labels.NAME_ORDER);
        sorted.putAll(pairs);
        var texts = new byte[2 * sorted.size()][];
        int length = 0;
        int n = 0;
        for (Map.Entry<String, String> pair : sorted.entrySet()) {
            if (pair.getKey().isEmpty()) {
                throw new IllegalArgumentException("empty annotation name for value \"" + pair.getValue() + "\"");
            }
            texts[n++] = pair.getKey().getBytes(StandardCharsets.UTF_8);
            texts[n++] = pair.getValue().getBytes(StandardCharsets.UTF_8);
        }
        for (byte[] text : texts) {
            length += Labels.encodedLength(text.length);
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
}
