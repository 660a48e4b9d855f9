package io.pharos.model.wire;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import java.util.Arrays;

/// The `Histogram` message of remote write and read, both versions.
final class WireHistograms {
    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};
    private static final BucketSpan[] NO_SPANS = {};

    private WireHistograms() {}

    /// A histogram with its times in ms; a start of 0 means none.
    record Timed(long ms, long startMs, NativeHistogram histogram) {}

    static Timed read(byte[] bytes, int from, int to) {
        var in = new ProtoFields();
        in.enter(bytes, from, to);
        boolean floats = false;
        long count = 0;
        double countFloat = 0;
        double sum = 0;
        int schema = 0;
        double zeroThreshold = 0;
        long zeroCount = 0;
        double zeroCountFloat = 0;
        BucketSpan[] negativeSpans = NO_SPANS;
        long[] negativeDeltas = NO_LONGS;
        double[] negativeCounts = NO_DOUBLES;
        BucketSpan[] positiveSpans = NO_SPANS;
        long[] positiveDeltas = NO_LONGS;
        double[] positiveCounts = NO_DOUBLES;
        double[] custom = NO_DOUBLES;
        int hint = 0;
        long ms = 0;
        long startMs = 0;
        while (in.next()) {
            switch (in.field) {
                case 1 -> count = in.number;
                case 2 -> {
                    countFloat = in.real();
                    floats = true;
                }
                case 3 -> sum = in.real();
                case 4 -> schema = (int) ProtoFields.unzigzag(in.number);
                case 5 -> zeroThreshold = in.real();
                case 6 -> zeroCount = in.number;
                case 7 -> zeroCountFloat = in.real();
                case 8 -> negativeSpans = span(in, negativeSpans);
                case 9 -> negativeDeltas = deltas(in, negativeDeltas);
                case 10 -> negativeCounts = reals(in, negativeCounts);
                case 11 -> positiveSpans = span(in, positiveSpans);
                case 12 -> positiveDeltas = deltas(in, positiveDeltas);
                case 13 -> positiveCounts = reals(in, positiveCounts);
                case 14 -> hint = (int) in.number;
                case 15 -> ms = in.number;
                case 16 -> custom = reals(in, custom);
                case 17 -> startMs = in.number;
                default -> {}
            }
        }
        CounterResetHint reset = hint >= 0 && hint < 4 ? CounterResetHint.values()[hint] : CounterResetHint.UNKNOWN;
        NativeHistogram histogram = floats
                ? new FloatHistogram(
                        reset,
                        schema,
                        zeroThreshold,
                        zeroCountFloat,
                        countFloat,
                        sum,
                        positiveSpans,
                        positiveCounts,
                        negativeSpans,
                        negativeCounts,
                        custom)
                : new Histogram(
                        reset,
                        schema,
                        zeroThreshold,
                        zeroCount,
                        count,
                        sum,
                        positiveSpans,
                        positiveDeltas,
                        negativeSpans,
                        negativeDeltas,
                        custom);
        return new Timed(ms, startMs, histogram);
    }

    private static BucketSpan[] span(ProtoFields in, BucketSpan[] before) {
        in.expect(ProtoFields.BYTES, "BucketSpan");
        var inner = new ProtoFields();
        inner.enter(in.bytes, in.from, in.to);
        int offset = 0;
        int length = 0;
        while (inner.next()) {
            if (inner.field == 1) {
                offset = (int) ProtoFields.unzigzag(inner.number);
            } else if (inner.field == 2) {
                length = (int) inner.number;
            }
        }
        BucketSpan[] spans = Arrays.copyOf(before, before.length + 1);
        spans[before.length] = new BucketSpan(offset, length);
        return spans;
    }

    private static long[] deltas(ProtoFields in, long[] before) {
        if (in.wireType == ProtoFields.VARINT) {
            long[] values = Arrays.copyOf(before, before.length + 1);
            values[before.length] = ProtoFields.unzigzag(in.number);
            return values;
        }
        in.expect(ProtoFields.BYTES, "Deltas");
        int n = 0;
        for (int i = in.from; i < in.to; i++) {
            if (in.bytes[i] >= 0) {
                n++;
            }
        }
        long[] values = Arrays.copyOf(before, before.length + n);
        var inner = new ProtoFields();
        inner.enter(in.bytes, in.from, in.to);
        for (int i = before.length; i < values.length; i++) {
            values[i] = ProtoFields.unzigzag(inner.uvarint());
        }
        return values;
    }

    private static double[] reals(ProtoFields in, double[] before) {
        if (in.wireType == ProtoFields.FIXED64) {
            double[] values = Arrays.copyOf(before, before.length + 1);
            values[before.length] = in.real();
            return values;
        }
        in.expect(ProtoFields.BYTES, "Counts");
        int n = (in.to - in.from) / 8;
        double[] values = Arrays.copyOf(before, before.length + n);
        for (int i = 0; i < n; i++) {
            long bits = 0;
            for (int b = 7; b >= 0; b--) {
                bits = bits << 8 | in.bytes[in.from + 8 * i + b] & 0xff;
            }
            values[before.length + i] = Double.longBitsToDouble(bits);
        }
        return values;
    }

    /// Writes the message as field `field`.
    static void write(ProtoOutput out, int field, long ms, long startMs, NativeHistogram histogram) {
        int mark = out.begin(field);
        switch (histogram) {
            case Histogram h -> {
                out.varint(1, h.count());
                out.real(3, h.sum());
                shape(out, h.schema(), h.zeroThreshold());
                out.varint(6, h.zeroCount());
                spans(out, 8, h.negativeSpans());
                deltas(out, 9, h.negativeDeltas());
                spans(out, 11, h.positiveSpans());
                deltas(out, 12, h.positiveDeltas());
                tail(out, h.hint(), ms, h.customValues());
            }
            case FloatHistogram h -> {
                out.real(2, h.count());
                out.real(3, h.sum());
                shape(out, h.schema(), h.zeroThreshold());
                out.real(7, h.zeroCount());
                spans(out, 8, h.negativeSpans());
                reals(out, 10, h.negative());
                spans(out, 11, h.positiveSpans());
                reals(out, 13, h.positive());
                tail(out, h.hint(), ms, h.customValues());
            }
        }
        if (startMs != 0) {
            out.varint(17, startMs);
        }
        out.end(mark);
    }

    /// Zeros are left out, as protobuf does by itself.
    private static void shape(ProtoOutput out, int schema, double zeroThreshold) {
        if (schema != 0) {
            out.zigzag(4, schema);
        }
        if (Double.doubleToRawLongBits(zeroThreshold) != 0) {
            out.real(5, zeroThreshold);
        }
    }

    private static void tail(ProtoOutput out, CounterResetHint hint, long ms, double[] custom) {
        if (hint != CounterResetHint.UNKNOWN) {
            out.varint(14, hint.ordinal());
        }
        out.varint(15, ms);
        reals(out, 16, custom);
    }

    private static void spans(ProtoOutput out, int field, BucketSpan[] spans) {
        for (BucketSpan span : spans) {
            int mark = out.begin(field);
            out.zigzag(1, span.offset());
            out.varint(2, span.length() & 0xffffffffL);
            out.end(mark);
        }
    }

    private static void deltas(ProtoOutput out, int field, long[] values) {
        if (values.length > 0) {
            int mark = out.begin(field);
            for (long value : values) {
                out.out.varint(value);
            }
            out.end(mark);
        }
    }

    private static void reals(ProtoOutput out, int field, double[] values) {
        if (values.length > 0) {
            int mark = out.begin(field);
            for (double value : values) {
                out.out.u64(Long.reverseBytes(Double.doubleToRawLongBits(value)));
            }
            out.end(mark);
        }
    }
}
