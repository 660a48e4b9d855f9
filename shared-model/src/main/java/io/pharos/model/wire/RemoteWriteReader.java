package io.pharos.model.wire;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a remote-write message, 1.0 (`prometheus.WriteRequest`) or 2.0 (`io.prometheus.write.v2.Request`), series by
/// series, straight from its bytes: nothing is allocated for labels and float samples.
///
/// [#scan(long)] walks the message once and hashes the labels of each series, so that all of them can be looked up
/// together; [#series(int)] then goes to one: its samples stand in the columns below, and its labels are told by
/// [#readLabels(WireLabels)] where they are needed. [#nextSeries()] and [#hashLabels(long)] do the same one series at a
/// time. Reused; not thread-safe.
public final class RemoteWriteReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] METRIC_NAME = Labels.METRIC_NAME.getBytes(StandardCharsets.UTF_8);

    /// `times[samples]` ms, `values[samples]`, `starts[samples]` ms with 0 for none.
    public long[] times = new long[16];

    public double[] values = new double[16];
    public long[] starts = new long[16];
    public int samples;

    private final List<WireHistograms.Timed> histograms = new ArrayList<>();
    private final List<int[]> exemplarRanges = new ArrayList<>();
    private final WideHash hash = new WideHash();
    private final ProtoFields message = new ProtoFields();
    private final ProtoFields series = new ProtoFields();
    private final ProtoFields inner = new ProtoFields();
    private final ProtoFields labelFields = new ProtoFields();
    private boolean second;
    private byte[] bytes = new byte[0];

    // 1.0: fields of labels of the series, as one range where they stand together
    private int labelsFrom;
    private int labelsTo;
    private byte @Nullable [] gathered;
    private byte[] plain = new byte[512];

    // 2.0
    private int[] symbolFrom = new int[64];
    private int[] symbolTo = new int[64];
    private long[] symbolHashes = new long[128];
    private int symbols;
    private int seriesCount;
    private int seriesAt;
    private int[] labelRefs = new int[32];
    private int labelRefCount;
    private int metadataFrom;
    private int metadataTo;

    private int[] seriesRanges = new int[64];
    private int[] labelEnds = new int[32]; // 1.0: where the labels of a scanned series end that begins with all of them
    private long[] hashes = new long[64];

    /// Hash of the labels of the series, set by [#hashLabels].
    public long hashHigh;

    public long hashLow;

    /// Begins a message of version 1.0.
    public void begin1(byte[] of, int from, int to) {
        second = false;
        bytes = of;
        message.enter(of, from, to);
    }

    /// Begins a message of version 2.0.
    ///
    /// @throws WireFormatException where its symbols do not begin with the empty string
    public void begin2(byte[] of, int from, int to) {
        second = true;
        bytes = of;
        symbols = 0;
        seriesCount = 0;
        seriesAt = 0;
        message.enter(of, from, to);
        while (message.next()) {
            if (message.field == 4) {
                message.expect(ProtoFields.BYTES, "Symbols");
                if (symbols == symbolFrom.length) {
                    symbolFrom = Arrays.copyOf(symbolFrom, symbols * 2);
                    symbolTo = Arrays.copyOf(symbolTo, symbols * 2);
                    symbolHashes = Arrays.copyOf(symbolHashes, symbols * 4);
                }
                symbolFrom[symbols] = message.from;
                symbolTo[symbols] = message.to;
                symbolHashes[2 * symbols] = 0;
                symbolHashes[2 * symbols + 1] = 0;
                symbols++;
            } else if (message.field == 5) {
                message.expect(ProtoFields.BYTES, "Timeseries");
                addRange(message.from, message.to);
            }
        }
    }

    /// Walks the message that was begun and answers how many series it has; [#hashes()] has their hashes.
    public int scan(long seed) {
        if (!second) {
            seriesCount = 0;
            while (message.next()) {
                if (message.field == 1) {
                    message.expect(ProtoFields.BYTES, "Timeseries");
                    addRange(message.from, message.to);
                }
            }
        }
        if (hashes.length < 2 * seriesCount) {
            hashes = new long[seriesRanges.length];
            labelEnds = new int[seriesRanges.length / 2];
        }
        for (int i = 0; i < seriesCount; i++) {
            int from = seriesRanges[2 * i];
            int to = seriesRanges[2 * i + 1];
            int labels = second ? from : leadingLabels(from, to);
            labelEnds[i] = labels;
            if (labels > from) {
                hash.hash(bytes, from, labels - from, seed);
                hashes[2 * i] = hash.high;
                hashes[2 * i + 1] = hash.low;
            } else {
                if (second) {
                    readSeries2(from, to);
                } else {
                    readSeries1(from, to);
                }
                hashLabels(seed);
                hashes[2 * i] = hashHigh;
                hashes[2 * i + 1] = hashLow;
            }
        }
        return seriesCount;
    }

    private void addRange(int from, int to) {
        if (2 * seriesCount == seriesRanges.length) {
            seriesRanges = Arrays.copyOf(seriesRanges, seriesRanges.length * 2);
        }
        seriesRanges[2 * seriesCount] = from;
        seriesRanges[2 * seriesCount + 1] = to;
        seriesCount++;
    }

    /// Where the labels of a series end, if they all stand at its beginning and the rest is short fields, as senders
    /// write them; else `from`.
    private int leadingLabels(int from, int to) {
        byte[] in = bytes;
        int at = from;
        while (at < to - 1 && in[at] == 0x0a) {
            int length = in[at + 1];
            at += 2;
            if (length < 0) {
                if (at >= to || in[at] < 0) {
                    return from;
                }
                length = length & 0x7f | in[at++] << 7;
            }
            at += length;
        }
        int end = at;
        while (at < to - 1 && (in[at] == 0x12 || in[at] == 0x1a || in[at] == 0x22) && in[at + 1] >= 0) {
            at += 2 + in[at + 1];
        }
        return at == to ? end : from;
    }

    /// Of series `i` of those scanned, 64 bits at `2 i` and 64 at `2 i + 1`; valid until the next scan.
    public long[] hashes() {
        return hashes;
    }

    /// Goes to a series that was scanned.
    public void series(int i) {
        samples = 0;
        histograms.clear();
        exemplarRanges.clear();
        int from = seriesRanges[2 * i];
        int to = seriesRanges[2 * i + 1];
        if (second) {
            readSeries2(from, to);
            return;
        }
        int rest = labelEnds[i];
        if (rest == from) {
            readSeries1(from, to);
            return;
        }
        labelsFrom = from;
        labelsTo = rest;
        gathered = null;
        // one sample of a value and a time with nothing behind it: what nearly all series are
        int at = rest + 11;
        if (to - at > 1
                && bytes[rest] == 0x12
                && bytes[rest + 1] == to - rest - 2
                && bytes[rest + 2] == 0x09
                && bytes[at] == 0x10) {
            long ms = 0;
            int shift = 0;
            byte b;
            do {
                b = bytes[++at];
                ms |= (long) (b & 0x7f) << shift;
                shift += 7;
            } while (b < 0 && at + 1 < to && shift < 64);
            if (b >= 0 && at + 1 == to) {
                times[0] = ms;
                values[0] = Double.longBitsToDouble((long) LONG.get(bytes, rest + 3));
                starts[0] = 0;
                samples = 1;
                return;
            }
        }
        readFields1(rest, to);
    }

    /// Goes to the next series; false at the end.
    public boolean nextSeries() {
        samples = 0;
        histograms.clear();
        exemplarRanges.clear();
        if (second) {
            if (seriesAt == seriesCount) {
                return false;
            }
            readSeries2(seriesRanges[2 * seriesAt], seriesRanges[2 * seriesAt + 1]);
            seriesAt++;
            return true;
        }
        while (message.next()) {
            if (message.field == 1) {
                message.expect(ProtoFields.BYTES, "Timeseries");
                readSeries1(message.from, message.to);
                return true;
            }
        }
        return false;
    }

    private void readSeries1(int from, int to) {
        labelsFrom = -1;
        gathered = null;
        readFields1(from, to);
        if (labelsFrom < 0) {
            labelsFrom = from;
            labelsTo = from;
        }
    }

    private void readFields1(int from, int to) {
        series.enter(bytes, from, to);
        while (series.next()) {
            switch (series.field) {
                case 1 -> {
                    series.expect(ProtoFields.BYTES, "Labels");
                    if (labelsFrom < 0) {
                        labelsFrom = series.start;
                    } else if (labelsTo != series.start || gathered != null) {
                        gather(series.start, series.at);
                    }
                    labelsTo = series.at;
                }
                case 2 -> {
                    series.expect(ProtoFields.BYTES, "Samples");
                    readSample(series.from, series.to, 1, 2, 3);
                }
                case 3 -> exemplarRanges.add(new int[] {series.from, series.to});
                case 4 -> histograms.add(WireHistograms.read(bytes, series.from, series.to));
                default -> {}
            }
        }
    }

    private void gather(int from, int to) {
        byte[] before = gathered == null ? Arrays.copyOfRange(bytes, labelsFrom, labelsTo) : gathered;
        gathered = Arrays.copyOf(before, before.length + to - from);
        System.arraycopy(bytes, from, gathered, before.length, to - from);
    }

    private void readSample(int from, int to, int valueField, int timeField, int startField) {
        if (samples == times.length) {
            times = Arrays.copyOf(times, samples * 2);
            values = Arrays.copyOf(values, samples * 2);
            starts = Arrays.copyOf(starts, samples * 2);
        }
        long ms = 0;
        long startMs = 0;
        double value = 0;
        inner.enter(bytes, from, to);
        while (inner.next()) {
            if (inner.field == valueField) {
                inner.expect(ProtoFields.FIXED64, "Value");
                value = inner.real();
            } else if (inner.field == timeField) {
                inner.expect(ProtoFields.VARINT, "Timestamp");
                ms = inner.number;
            } else if (inner.field == startField && second) {
                startMs = inner.number;
            }
        }
        times[samples] = ms;
        values[samples] = value;
        starts[samples] = startMs;
        samples++;
    }

    private void readSeries2(int from, int to) {
        labelRefCount = 0;
        metadataFrom = 0;
        metadataTo = 0;
        series.enter(bytes, from, to);
        while (series.next()) {
            switch (series.field) {
                case 1 -> readRefs();
                case 2 -> {
                    series.expect(ProtoFields.BYTES, "Samples");
                    readSample(series.from, series.to, 1, 2, 3);
                }
                case 3 -> histograms.add(WireHistograms.read(bytes, series.from, series.to));
                case 4 -> exemplarRanges.add(new int[] {series.from, series.to});
                case 5 -> {
                    metadataFrom = series.from;
                    metadataTo = series.to;
                }
                default -> {}
            }
        }
    }

    private void readRefs() {
        if (series.wireType == ProtoFields.VARINT) {
            addRef((int) series.number);
            return;
        }
        series.expect(ProtoFields.BYTES, "LabelsRefs");
        inner.enter(bytes, series.from, series.to);
        while (inner.at < inner.end) {
            addRef((int) inner.uvarint());
        }
    }

    private void addRef(int ref) {
        if (labelRefCount == labelRefs.length) {
            labelRefs = Arrays.copyOf(labelRefs, labelRefCount * 2);
        }
        labelRefs[labelRefCount++] = ref;
    }

    // ------------------------------------------------------------------ labels

    /// Sets [#hashHigh] and [#hashLow] to a hash of the series' labels as they are written. Two ways to write the same
    /// labels have two hashes; two label sets have the same with a chance of 2^−128 for one who does not know
    /// `seed`.
    public void hashLabels(long seed) {
        if (!second) {
            byte[] of = gathered == null ? bytes : gathered;
            int from = gathered == null ? labelsFrom : 0;
            int to = gathered == null ? labelsTo : gathered.length;
            hash.hash(of, from, to - from, seed);
            hashHigh = hash.high;
            hashLow = hash.low;
            return;
        }
        long high = seed;
        long low = ~seed;
        for (int i = 0; i < labelRefCount; i++) {
            int ref = labelRefs[i];
            long h;
            long l;
            if (ref < 0 || ref >= symbols) {
                h = ref;
                l = 1;
            } else {
                h = symbolHashes[2 * ref];
                l = symbolHashes[2 * ref + 1];
                if (h == 0 && l == 0) {
                    hash.hash(bytes, symbolFrom[ref], symbolTo[ref] - symbolFrom[ref], seed);
                    h = hash.high;
                    l = hash.low;
                    symbolHashes[2 * ref] = h;
                    symbolHashes[2 * ref + 1] = l;
                }
            }
            high = WideHash.mix(high ^ h, 0x9E3779B97F4A7C15L ^ low);
            low = WideHash.mix(low ^ l, 0xC2B2AE3D27D4EB4FL ^ high);
        }
        hashHigh = high;
        hashLow = low;
    }

    /// The labels where a 1.0 series has them as senders write them: sorted, in ASCII, none empty or long, a metric
    /// name
    /// among them. Null where they are otherwise, and [#readLabels] tells more.
    public @Nullable Labels plainLabels() {
        if (second || gathered != null) {
            return null;
        }
        byte[] in = bytes;
        int to = labelsTo;
        if (plain.length < to - labelsFrom + 8) {
            plain = new byte[2 * (to - labelsFrom) + 8];
        }
        byte[] out = plain;
        int end = 0;
        int before = -1; // where the name before stands
        boolean named = false;
        for (int at = labelsFrom; at < to; ) {
            // 0a length 0a length name 12 length value
            if (to - at < 8 || in[at] != 0x0a || in[at + 2] != 0x0a) {
                return null;
            }
            int name = in[at + 3];
            int valueAt = at + 4 + name;
            if (name <= 0 || valueAt + 2 > to || in[valueAt] != 0x12) {
                return null;
            }
            int value = in[valueAt + 1];
            if (value <= 0 || in[at + 1] != name + value + 4 || valueAt + 2 + value > to) {
                return null;
            }
            if (before >= 0) {
                int order = in[at + 4] - out[before + 1];
                if (order < 0
                        || order == 0
                                && Arrays.compareUnsigned(
                                                out, before + 1, before + 1 + out[before], in, at + 4, valueAt)
                                        >= 0) {
                    return null;
                }
            }
            named |= name == METRIC_NAME.length
                    && in[at + 4] == METRIC_NAME[0]
                    && Arrays.equals(in, at + 4, valueAt, METRIC_NAME, 0, METRIC_NAME.length);
            System.arraycopy(in, at + 3, out, end, name + 1);
            System.arraycopy(in, valueAt + 1, out, end + name + 1, value + 1);
            before = end;
            end += name + value + 2;
            at = valueAt + 2 + value;
        }
        long seen = 0;
        LONG.set(out, end, 0L);
        for (int i = 0; i < end; i += 8) {
            seen |= (long) LONG.get(out, i);
        }
        return named && (seen & 0x8080808080808080L) == 0 ? Labels.ofEncoded(Arrays.copyOf(out, end)) : null;
    }

    /// Reads the labels. Answers what is wrong with them in Prometheus' words, null if nothing is; validity of names is
    /// for [WireLabels] to tell.
    public @Nullable String readLabels(WireLabels into) {
        into.clear();
        if (second) {
            return readRefLabels(labelRefs, labelRefCount, into);
        }
        byte[] of = gathered == null ? bytes : gathered;
        labelFields.enter(of, gathered == null ? labelsFrom : 0, gathered == null ? labelsTo : gathered.length);
        while (labelFields.next()) {
            readLabel(of, labelFields.from, labelFields.to, into);
        }
        return null;
    }

    private void readLabel(byte[] of, int from, int to, WireLabels into) {
        int nameFrom = from;
        int nameTo = from;
        int valueFrom = from;
        int valueTo = from;
        inner.enter(of, from, to);
        while (inner.next()) {
            if (inner.field == 1) {
                nameFrom = inner.from;
                nameTo = inner.to;
            } else if (inner.field == 2) {
                valueFrom = inner.from;
                valueTo = inner.to;
            }
        }
        into.add(of, nameFrom, nameTo, valueFrom, valueTo);
    }

    private @Nullable String readRefLabels(int[] refs, int count, WireLabels into) {
        if (count % 2 != 0) {
            return "invalid labelRefs length " + count;
        }
        for (int i = 0; i < count; i++) {
            if (refs[i] < 0 || refs[i] >= symbols) {
                return "labelRefs " + (refs[i] & 0xffffffffL) + " (name) = " + (refs[i] & 0xffffffffL)
                        + " (value) outside of symbols table (size " + symbols + ")";
            }
        }
        for (int i = 0; i < count; i += 2) {
            int name = refs[i];
            int value = refs[i + 1];
            into.add(bytes, symbolFrom[name], symbolTo[name], symbolFrom[value], symbolTo[value]);
        }
        return null;
    }

    /// The label references of a 2.0 series as Go prints a slice.
    public String labelRefsText() {
        var out = new StringBuilder("[");
        for (int i = 0; i < labelRefCount; i++) {
            out.append(i == 0 ? "" : " ").append(labelRefs[i] & 0xffffffffL);
        }
        return out.append(']').toString();
    }

    // ------------------------------------------------------------------ the rest of a series

    public int histogramCount() {
        return histograms.size();
    }

    public long histogramMs(int i) {
        return histograms.get(i).ms();
    }

    public long histogramStartMs(int i) {
        return histograms.get(i).startMs();
    }

    public NativeHistogram histogram(int i) {
        return histograms.get(i).histogram();
    }

    /// The exemplars of the series.
    public List<Exemplar> exemplars() {
        if (exemplarRanges.isEmpty()) {
            return List.of();
        }
        var list = new ArrayList<Exemplar>();
        var labels = new WireLabels();
        for (int[] range : exemplarRanges) {
            var fields = new ProtoFields();
            fields.enter(bytes, range[0], range[1]);
            labels.clear();
            double value = 0;
            long ms = 0;
            var refs = new int[0];
            while (fields.next()) {
                if (fields.field == 1 && second) {
                    inner.enter(bytes, fields.from, fields.to);
                    while (fields.wireType == ProtoFields.BYTES && inner.at < inner.end) {
                        refs = Arrays.copyOf(refs, refs.length + 1);
                        refs[refs.length - 1] = (int) inner.uvarint();
                    }
                } else if (fields.field == 1) {
                    readLabel(bytes, fields.from, fields.to, labels);
                } else if (fields.field == 2) {
                    value = fields.real();
                } else if (fields.field == 3) {
                    ms = fields.number;
                }
            }
            if (second && readRefLabels(refs, refs.length, labels) != null) {
                continue;
            }
            if (labels.duplicate() == null) {
                list.add(new Exemplar(labels.labels(), value, ms));
            }
        }
        return list;
    }

    /// The metadata of a 2.0 series, null if it has none.
    public @Nullable MetricMetadata metadata() {
        if (!second || metadataTo == metadataFrom) {
            return null;
        }
        var fields = new ProtoFields();
        fields.enter(bytes, metadataFrom, metadataTo);
        MetricType type = MetricType.UNKNOWN;
        String help = "";
        String unit = "";
        while (fields.next()) {
            switch (fields.field) {
                case 1 -> type = type((int) fields.number);
                case 3 -> help = symbol((int) fields.number);
                case 4 -> unit = symbol((int) fields.number);
                default -> {}
            }
        }
        return new MetricMetadata(type, unit, help);
    }

    private String symbol(int ref) {
        return ref >= 0 && ref < symbols
                ? new String(bytes, symbolFrom[ref], symbolTo[ref] - symbolFrom[ref], StandardCharsets.UTF_8)
                : "";
    }

    private static MetricType type(int number) {
        return number >= 0 && number < MetricType.values().length ? MetricType.values()[number] : MetricType.UNKNOWN;
    }

    /// The labels as a set, of a valid series.
    public Labels labels() {
        var wire = new WireLabels();
        readLabels(wire);
        return wire.labels();
    }
}
