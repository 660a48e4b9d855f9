package io.pharos.model.wire;

import io.pharos.model.labels.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Label sets as they come over the wire: in any order, perhaps invalid.
public final class WireLabels {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private boolean invalidText;

    void clear() {
        names.clear();
        values.clear();
        invalidText = false;
    }

    void add(byte[] bytes, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        String name = text(bytes, nameFrom, nameTo);
        String value = text(bytes, valueFrom, valueTo);
        int at = names.size();
        while (at > 0 && Labels.NAME_ORDER.compare(names.get(at - 1), name) > 0) {
            at--;
        }
        names.add(at, name);
        values.add(at, value);
    }

    private String text(byte[] bytes, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            invalidText = true;
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
    }

    /// Whether a series may have them: a metric name, names that are not empty, all of it UTF-8.
    public boolean isValid() {
        int metric = names.indexOf(Labels.METRIC_NAME);
        return !invalidText && metric >= 0 && !values.get(metric).isEmpty() && !names.contains("");
    }

    /// A name that stands there twice, null if there is none.
    public @Nullable String duplicate() {
        for (int i = 1; i < names.size(); i++) {
            if (names.get(i).equals(names.get(i - 1))) {
                return names.get(i);
            }
        }
        return null;
    }

    /// As Prometheus prints them, invalid or not.
    @Override
    public String toString() {
        var out = new StringBuilder("{");
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            out.append(i == 0 ? "" : ", ")
                    .append(Labels.isLegacyName(name) ? name : io.pharos.model.text.GoText.quote(name))
                    .append('=')
                    .append(io.pharos.model.text.GoText.quote(values.get(i)));
        }
        return out.append('}').toString();
    }

    /// The label set, without empty values. Of a valid one without duplicates only.
    public Labels labels() {
        var texts = new ArrayList<byte[]>();
        int length = 0;
        for (int i = 0; i < names.size(); i++) {
            if (!values.get(i).isEmpty()) {
                byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
                byte[] value = values.get(i).getBytes(StandardCharsets.UTF_8);
                texts.add(name);
                texts.add(value);
                length += Labels.encodedLength(name.length) + Labels.encodedLength(value.length);
            }
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
