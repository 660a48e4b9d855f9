package io.pharos.model.chunk;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import java.util.Arrays;

/// An open chunk of native histograms of one series: grows sample by sample until a sample does not fit it. Not
/// thread-safe; a chunk taken by [#chunk()] stays valid while the writer goes on.
public final class HistogramChunkWriter {
    /// Samples after which a chunk is full.
    public static final int FULL = 120;

    private static final int FLAGS_UNKNOWN = 0;
    private static final int FLAGS_NOT_RESET = 0b01;
    private static final int FLAGS_RESET = 0b10;
    private static final int FLAGS_GAUGE = 0b11;

    private final NativeHistogram first;
    private final boolean integers;
    private final boolean gauge;
    private final BitWriter out = new BitWriter(256);
    private final long[] values;
    private final long[] steps;
    private final XorWindow[] windows;
    private final long firstMs;
    private long lastMs;
    private long timeStep;
    private int count;
    private NativeHistogram last;

    /// Begins a chunk with its first sample.
    public HistogramChunkWriter(long ms, NativeHistogram histogram) {
        first = histogram;
        integers = histogram instanceof Histogram;
        gauge = histogram.hint() == CounterResetHint.GAUGE;
        int buckets =
                switch (histogram) {
                    case Histogram h -> h.positiveDeltas().length + h.negativeDeltas().length;
                    case FloatHistogram h -> h.positive().length + h.negative().length;
                };
        values = new long[3 + buckets];
        steps = new long[3 + buckets];
        windows = new XorWindow[integers ? 1 : values.length];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = new XorWindow();
        }
        firstMs = ms;
        last = histogram;
        out.bits(0, 16);
        int flags = gauge
                ? FLAGS_GAUGE
                : switch (histogram.hint()) {
                    case RESET -> FLAGS_RESET;
                    case NOT_RESET -> FLAGS_NOT_RESET;
                    case UNKNOWN, GAUGE -> FLAGS_UNKNOWN;
                };
        out.bits(flags, 2);
        out.bits(0, 6);
        layout(histogram);
        add(ms, histogram);
    }

    /// Appends a sample, later than the last, or answers false where a new chunk must begin: the chunk is full, counts
    /// are of the other kind, the layout differs, a counter was reset, or gauge meets counter.
    public boolean append(long ms, NativeHistogram histogram) {
        if (count >= FULL) {
            return false;
        }
        if (histogram.isStale()) {
            if (!last.isStale()) {
                addStale(ms, histogram);
                return true;
            }
            return false;
        }
        if (last.isStale() || (histogram.hint() == CounterResetHint.GAUGE) != gauge || !fits(histogram)) {
            return false;
        }
        add(ms, histogram);
        return true;
    }

    public int count() {
        return count;
    }

    public long firstMs() {
        return firstMs;
    }

    public long lastMs() {
        return lastMs;
    }

    public NativeHistogram last() {
        return last;
    }

    public int sizeBytes() {
        return out.sizeBytes();
    }

    /// The samples so far.
    public HistogramChunk chunk() {
        return new HistogramChunk(
                out.array(),
                out.sizeBytes(),
                count,
                integers ? ChunkEncoding.HISTOGRAM : ChunkEncoding.FLOAT_HISTOGRAM,
                firstMs,
                lastMs);
    }

    private boolean fits(NativeHistogram next) {
        return switch (next) {
            case Histogram h ->
                first instanceof Histogram f
                        && f.schema() == h.schema()
                        && same(f.zeroThreshold(), h.zeroThreshold())
                        && Arrays.equals(f.positiveSpans(), h.positiveSpans())
                        && Arrays.equals(f.negativeSpans(), h.negativeSpans())
                        && Arrays.equals(f.customValues(), h.customValues())
                        && (gauge || h.hint() != CounterResetHint.RESET && !wasReset((Histogram) last, h));
            case FloatHistogram h ->
                first instanceof FloatHistogram f
                        && f.schema() == h.schema()
                        && same(f.zeroThreshold(), h.zeroThreshold())
                        && Arrays.equals(f.positiveSpans(), h.positiveSpans())
                        && Arrays.equals(f.negativeSpans(), h.negativeSpans())
                        && Arrays.equals(f.customValues(), h.customValues())
                        && (gauge || h.hint() != CounterResetHint.RESET && !wasReset((FloatHistogram) last, h));
        };
    }

    private static boolean same(double a, double b) {
        return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
    }

    private static boolean wasReset(Histogram before, Histogram after) {
        return Long.compareUnsigned(after.count(), before.count()) < 0
                || Long.compareUnsigned(after.zeroCount(), before.zeroCount()) < 0
                || fell(before.positiveDeltas(), after.positiveDeltas())
                || fell(before.negativeDeltas(), after.negativeDeltas());
    }

    private static boolean fell(long[] before, long[] after) {
        long was = 0;
        long is = 0;
        for (int i = 0; i < before.length; i++) {
            was += before[i];
            is += after[i];
            if (is < was) {
                return true;
            }
        }
        return false;
    }

    private static boolean wasReset(FloatHistogram before, FloatHistogram after) {
        if (after.count() < before.count() || after.zeroCount() < before.zeroCount()) {
            return true;
        }
        for (int i = 0; i < before.positive().length; i++) {
            if (after.positive()[i] < before.positive()[i]) {
                return true;
            }
        }
        for (int i = 0; i < before.negative().length; i++) {
            if (after.negative()[i] < before.negative()[i]) {
                return true;
            }
        }
        return false;
    }

    private void layout(NativeHistogram histogram) {
        switch (histogram) {
            case Histogram h ->
                layout(h.zeroThreshold(), h.schema(), h.positiveSpans(), h.negativeSpans(), h.customValues());
            case FloatHistogram h ->
                layout(h.zeroThreshold(), h.schema(), h.positiveSpans(), h.negativeSpans(), h.customValues());
        }
    }

    private void layout(
            double zeroThreshold, int schema, BucketSpan[] positive, BucketSpan[] negative, double[] custom) {
        int exponent = Math.getExponent(zeroThreshold) + 1; // as Go's Frexp counts
        if (Double.doubleToRawLongBits(zeroThreshold) == 0) {
            out.bits(0, 8);
        } else if (zeroThreshold > 0
                && zeroThreshold == Math.scalb(0.5, exponent)
                && exponent >= -242
                && exponent <= 11) {
            out.bits(exponent + 243, 8);
        } else {
            out.bits(255, 8);
            out.bits(Double.doubleToRawLongBits(zeroThreshold), 64);
        }
        out.vbint(schema);
        spans(positive);
        spans(negative);
        if (schema != NativeHistogram.CUSTOM_BUCKETS_SCHEMA) {
            return;
        }
        out.vbuint(custom.length);
        for (double bound : custom) {
            double thousandths = bound * 1000;
            if (thousandths >= 0
                    && thousandths <= 33554430
                    && Math.rint(thousandths) == thousandths
                    && same((long) thousandths / 1000.0, bound)) {
                out.vbuint((long) thousandths + 1);
            } else {
                out.bits(0, 1);
                out.bits(Double.doubleToRawLongBits(bound), 64);
            }
        }
    }

    private void spans(BucketSpan[] spans) {
        out.vbuint(spans.length);
        for (BucketSpan span : spans) {
            out.vbuint(span.length() & 0xffffffffL);
            out.vbint(span.offset());
        }
    }

    private void time(long ms) {
        if (count == 0) {
            out.vbint(ms);
        } else {
            long step = ms - lastMs;
            out.vbint(step - timeStep);
            timeStep = step;
        }
        lastMs = ms;
    }

    private void add(long ms, NativeHistogram histogram) {
        time(ms);
        switch (histogram) {
            case Histogram h -> {
                integer(0, h.count(), false);
                integer(1, h.zeroCount(), false);
                long sum = Double.doubleToRawLongBits(h.sum());
                if (count == 0) {
                    out.bits(sum, 64);
                } else {
                    windows[0].write(out, sum ^ values[2]);
                }
                values[2] = sum;
                int at = 3;
                for (long bucket : h.positiveDeltas()) {
                    integer(at++, bucket, true);
                }
                for (long bucket : h.negativeDeltas()) {
                    integer(at++, bucket, true);
                }
            }
            case FloatHistogram h -> {
                bits(0, h.count());
                bits(1, h.zeroCount());
                bits(2, h.sum());
                int at = 3;
                for (double bucket : h.positive()) {
                    bits(at++, bucket);
                }
                for (double bucket : h.negative()) {
                    bits(at++, bucket);
                }
            }
        }
        last = histogram;
        count++;
    }

    private void addStale(long ms, NativeHistogram histogram) {
        time(ms);
        if (integers) {
            out.vbint(0);
            out.vbint(0);
            windows[0].write(out, Double.doubleToRawLongBits(histogram.sum()) ^ values[2]);
        } else {
            out.bits(0, 1);
            out.bits(0, 1);
            windows[2].write(out, Double.doubleToRawLongBits(histogram.sum()) ^ values[2]);
        }
        last = histogram;
        count++;
    }

    private void integer(int at, long value, boolean signed) {
        if (count == 0) {
            if (signed) {
                out.vbint(value);
            } else {
                out.vbuint(value);
            }
        } else {
            long step = value - values[at];
            out.vbint(step - steps[at]);
            steps[at] = step;
        }
        values[at] = value;
    }

    private void bits(int at, double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (count == 0) {
            out.bits(bits, 64);
        } else {
            windows[at].write(out, bits ^ values[at]);
        }
        values[at] = bits;
    }
}
