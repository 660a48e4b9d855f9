package io.pharos.model.wire;

import io.pharos.model.labels.Labels;
import io.pharos.model.text.GoText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Label sets as they come over the wire: in any order, perhaps invalid. Ranges of the message, sorted by name; valid
/// until the message goes.
public final class WireLabels {
    private static final byte[] METRIC_NAME = Labels.METRIC_NAME.getBytes(StandardCharsets.UTF_8);

    private byte[] bytes = new byte[0];
    private int[] ranges = new int[4 * 24]; // per label: name from, to, value from, to
    private int count;

    void clear() {
        count = 0;
    }

    /// Adds a label; all labels of one set stand in the same array.
    void add(byte[] of, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        bytes = of;
        if (4 * count == ranges.length) {
            ranges = Arrays.copyOf(ranges, 8 * count);
        }
        int at = count;
        while (at > 0 && compareName(at - 1, nameFrom, nameTo) > 0) {
            at--;
        }
        if (at < count) {
            System.arraycopy(ranges, 4 * at, ranges, 4 * at + 4, 4 * (count - at));
        }
        ranges[4 * at] = nameFrom;
        ranges[4 * at + 1] = nameTo;
        ranges[4 * at + 2] = valueFrom;
        ranges[4 * at + 3] = valueTo;
        count++;
    }

    private int compareName(int label, int from, int to) {
        return Arrays.compareUnsigned(bytes, ranges[4 * label], ranges[4 * label + 1], bytes, from, to);
    }

    /// Whether a series may have them: a metric name, names that are not empty, all of it UTF-8.
    public boolean isValid() {
        boolean named = false;
        for (int i = 0; i < count; i++) {
            int from = ranges[4 * i];
            int to = ranges[4 * i + 1];
            if (from == to || !isText(from, to) || !isText(ranges[4 * i + 2], ranges[4 * i + 3])) {
                return false;
            }
            if (!named && Arrays.equals(bytes, from, to, METRIC_NAME, 0, METRIC_NAME.length)) {
                named = true;
                if (ranges[4 * i + 2] == ranges[4 * i + 3]) {
                    return false;
                }
            }
        }
        return named;
    }

    private boolean isText(int from, int to) {
        int seen = 0;
        for (int i = from; i < to; i++) {
            seen |= bytes[i];
        }
        if (seen >= 0) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private String text(int part) {
        return new String(bytes, ranges[part], ranges[part + 1] - ranges[part], StandardCharsets.UTF_8);
    }

    /// A name that stands there twice, null if there is none.
    public @Nullable String duplicate() {
        for (int i = 1; i < count; i++) {
            if (compareName(i - 1, ranges[4 * i], ranges[4 * i + 1]) == 0) {
                return text(4 * i);
            }
        }
        return null;
    }

    /// As Prometheus prints them, invalid or not.
    @Override
    public String toString() {
        var out = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            String name = text(4 * i);
            out.append(i == 0 ? "" : ", ")
                    .append(Labels.isLegacyName(name) ? name : GoText.quote(name))
                    .append('=')
                    .append(GoText.quote(text(4 * i + 2)));
        }
        return out.append('}').toString();
    }

    /// The label set, without empty values. Of a valid one without duplicates only.
    public Labels labels() {
        int length = 0;
        for (int i = 0; i < count; i++) {
            int value = ranges[4 * i + 3] - ranges[4 * i + 2];
            if (value > 0) {
                length += Labels.encodedLength(ranges[4 * i + 1] - ranges[4 * i]) + Labels.encodedLength(value);
            }
        }
        var encoded = new byte[length];
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (ranges[4 * i + 3] > ranges[4 * i + 2]) {
                at = put(encoded, at, ranges[4 * i], ranges[4 * i + 1]);
                at = put(encoded, at, ranges[4 * i + 2], ranges[4 * i + 3]);
            }
        }
        return Labels.ofEncoded(encoded);
    }

    private int put(byte[] into, int at, int from, int to) {
        int start = Labels.putLength(into, at, to - from);
        System.arraycopy(bytes, from, into, start, to - from);
        return start + to - from;
    }
}
