package io.pharos.model.labels;

import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The label set of a series: an immutable `byte[]` of pairs, sorted by the unsigned bytes of their names.
///
/// ```
/// name length | name (UTF-8) | value length | value (UTF-8) | …     lengths below 255: one byte, else 0xFF + 3 bytes,
/// little-endian
/// ```
///
/// The layout is that of Prometheus 3.14 (`model/labels/labels_stringlabels.go`), so that [#hash()] is the hash
/// it uses for `limit_ratio`, scrape offsets and rule offsets. An empty value means that the label is absent;
/// empty values are not stored. Values, thread-safe. Order is Prometheus': pairs compared one after the other,
/// the shorter set first.
public final class Labels implements Comparable<Labels>, Iterable<Label> {
    /// The reserved label that holds the metric's name.
    public static final String METRIC_NAME = "__name__";

    /// No labels.
    public static final Labels EMPTY = new Labels(new byte[0]);

    /// Longest name or value in bytes that the layout can hold.
    public static final int MAX_TEXT_BYTES = (1 << 24) - 1;

    private final byte[] bytes;
    private long hash;

    Labels(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Labels of alternating names and values, in any order. Fails on an odd count, an empty or a repeated name.
    public static Labels of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("odd number of label names and values: " + namesAndValues.length);
        }
        var builder = new LabelsBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (builder.has(namesAndValues[i])) {
                throw new IllegalArgumentException("label \"" + namesAndValues[i] + "\" given twice");
            }
            builder.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Labels of(Map<String, String> values) {
        var builder = new LabelsBuilder();
        values.forEach(builder::set);
        return builder.build();
    }

    /// Wraps bytes that have this class' layout already: sorted, without repeated names or empty values. Takes
    /// ownership, checks nothing.
    public static Labels ofEncoded(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Labels(bytes);
    }

    /// The encoded pairs; not to be changed.
    public byte[] encoded() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /// The number of pairs; walks them.
    public int size() {
        int n = 0;
        for (int at = 0; at < bytes.length; n++) {
            at = skip(skip(at));
        }
        return n;
    }

    /// The value of `name`, `""` if absent.
    public String get(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        int at = find(wanted);
        return at < 0 ? "" : textAt(at);
    }

    public boolean has(String name) {
        return find(name.getBytes(StandardCharsets.UTF_8)) >= 0;
    }

    /// The value of `__name__`, `""` if absent.
    public String metricName() {
        return get(METRIC_NAME);
    }

    /// These labels with `name` set to `value`; an empty value removes it.
    public Labels with(String name, String value) {
        return new LabelsBuilder(this).set(name, value).build();
    }

    public Labels without(String... names) {
        return new LabelsBuilder(this).remove(names).build();
    }

    /// Only the labels named.
    public Labels keep(String... names) {
        return new LabelsBuilder(this).keep(names).build();
    }

    /// A sorted copy as a map.
    public Map<String, String> toMap() {
        var map = new TreeMap<String, String>();
        for (Label label : this) {
            map.put(label.name(), label.value());
        }
        return map;
    }

    public List<Label> toList() {
        var list = new ArrayList<Label>();
        for (Label label : this) {
            list.add(label);
        }
        return list;
    }

    /// XXH64, seed 0, of the encoded pairs. Never stored on disk.
    public long hash() {
        long h = hash;
        if (h == 0) {
            h = XxHash64.hash(bytes, 0, bytes.length);
            hash = h;
        }
        return h;
    }

    @Override
    public Iterator<Label> iterator() {
        return new Iterator<>() {
            private int at;

            @Override
            public boolean hasNext() {
                return at < bytes.length;
            }

            @Override
            public Label next() {
                if (at >= bytes.length) {
                    throw new NoSuchElementException();
                }
                String name = textAt(at);
                at = skip(at);
                String value = textAt(at);
                at = skip(at);
                return new Label(name, value);
            }
        };
    }

    @Override
    public int compareTo(Labels other) {
        byte[] a = bytes;
        byte[] b = other.bytes;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            int aStart = textStart(a, i);
            int aEnd = aStart + textLength(a, i);
            int bStart = textStart(b, j);
            int bEnd = bStart + textLength(b, j);
            int order = Arrays.compareUnsigned(a, aStart, aEnd, b, bStart, bEnd);
            if (order != 0) {
                return order;
            }
            i = aEnd;
            j = bEnd;
        }
        return Integer.compare(a.length - i, b.length - j);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Labels labels && Arrays.equals(bytes, labels.bytes);
    }

    @Override
    public int hashCode() {
        long h = hash();
        return (int) (h ^ (h >>> 32));
    }

    /// `{__name__="up", job="a"}` as Prometheus prints a label set in messages.
    @Override
    public String toString() {
        var out = new StringBuilder("{");
        for (Label label : this) {
            if (out.length() > 1) {
                out.append(", ");
            }
            out.append(isLegacyName(label.name()) ? label.name() : GoText.quote(label.name()));
            out.append('=').append(GoText.quote(label.value()));
        }
        return out.append('}').toString();
    }

    /// Whether `name` matches `[a-zA-Z_][a-zA-Z0-9_]*`.
    public static boolean isLegacyName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /// Whether `name` matches `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public static boolean isLegacyMetricName(String name) {
        return isLegacyName(name.replace(':', '_'));
    }

    /// The order of label names: by unsigned UTF-8 bytes, which is the order of code points.
    public static final Comparator<String> NAME_ORDER = Labels::compareNames;

    static int compareNames(String a, String b) {
        int n = Math.min(a.length(), b.length());
        for (int i = 0; i < n; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // Surrogates stand for code points above every other char.
                boolean xHigh = Character.isSurrogate(x);
                boolean yHigh = Character.isSurrogate(y);
                return xHigh == yHigh ? x - y : xHigh ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }

    private int find(byte[] name) {
        int at = 0;
        while (at < bytes.length) {
            int start = textStart(bytes, at);
            int length = textLength(bytes, at);
            int value = start + length;
            int order = Arrays.compareUnsigned(bytes, start, value, name, 0, name.length);
            if (order == 0) {
                return value;
            }
            if (order > 0) {
                return -1;
            }
            at = skip(value);
        }
        return -1;
    }

    private int skip(int at) {
        return textStart(bytes, at) + textLength(bytes, at);
    }

    private String textAt(int at) {
        return new String(bytes, textStart(bytes, at), textLength(bytes, at), StandardCharsets.UTF_8);
    }

    /// Where the text whose length field stands at `at` begins.
    public static int textStart(byte[] bytes, int at) {
        return (bytes[at] & 0xff) == 0xff ? at + 4 : at + 1;
    }

    /// The length in bytes of the text whose length field stands at `at`.
    public static int textLength(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        return first == 0xff
                ? (bytes[at + 1] & 0xff) | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff) << 16
                : first;
    }

    /// Bytes that a text of `length` bytes takes with its length field.
    public static int encodedLength(int length) {
        return length < 255 ? length + 1 : length + 4;
    }

    /// Writes the length field of a text and returns where the text goes. Fails above [#MAX_TEXT_BYTES].
    public static int putLength(byte[] target, int at, int length) {
        if (length < 255) {
            target[at] = (byte) length;
            return at + 1;
        }
        if (length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("label text of " + length + " bytes; at most " + MAX_TEXT_BYTES);
        }
        target[at] = (byte) 0xff;
        target[at + 1] = (byte) length;
        target[at + 2] = (byte) (length >>> 8);
        target[at + 3] = (byte) (length >>> 16);
        return at + 4;
    }
}
