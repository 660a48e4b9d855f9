package io.pharos.model.chunk;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;

/// Native histograms in Prometheus' two encodings (`tsdb/chunkenc/histogram.go`, `float_histogram.go` of 3.14). Written
/// by [HistogramChunkWriter]. All histograms of a chunk share schema, zero threshold, custom bounds and bucket layout.
///
/// ```
/// u16 count | flags (10 reset, 01 no reset, 11 gauge, 00 unknown in the top bits) | layout | samples
/// ```
public final class HistogramChunk implements Chunk {
    private final byte[] bytes;
    private final int length;
    private final int count;
    private final ChunkEncoding encoding;
    private final long firstMs;
    private final long lastMs;

    HistogramChunk(byte[] bytes, int length, int count, ChunkEncoding encoding, long firstMs, long lastMs) {
        this.bytes = bytes;
        this.length = length;
        this.count = count;
        this.encoding = encoding;
        this.firstMs = firstMs;
        this.lastMs = lastMs;
    }

    /// Wraps a chunk as it came from outside; decodes it once to know its times.
    public static HistogramChunk of(byte[] bytes, ChunkEncoding encoding) {
        if (bytes.length < 4) {
            throw new CorruptChunkException("histogram chunk of " + bytes.length + " bytes");
        }
        int count = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        if (count == 0) {
            throw new CorruptChunkException("histogram chunk without samples");
        }
        var samples = new SampleBuffer();
        var chunk = new HistogramChunk(bytes, bytes.length, count, encoding, 0, 0);
        chunk.decode(samples);
        return new HistogramChunk(
                bytes, bytes.length, count, encoding, samples.histogramTimes()[0], samples.histogramTimes()[count - 1]);
    }

    @Override
    public ChunkEncoding encoding() {
        return encoding;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long firstMs() {
        return firstMs;
    }

    @Override
    public long lastMs() {
        return lastMs;
    }

    @Override
    public int sizeBytes() {
        return length;
    }

    /// A copy of the chunk's bytes with its count.
    public byte[] toBytes() {
        byte[] copy = java.util.Arrays.copyOf(bytes, length);
        copy[0] = (byte) (count >>> 8);
        copy[1] = (byte) count;
        return copy;
    }

    @Override
    public void decode(SampleBuffer into) {
        try {
            decodeBits(into);
        } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new CorruptChunkException("histogram chunk cannot be read: " + e.getMessage());
        }
    }

    private void decodeBits(SampleBuffer into) {
        var in = new BitReader(bytes, 2, length - 2);
        boolean gauge = in.bits(2) == 3;
        in.bits(6);
        double zeroThreshold = readZeroThreshold(in);
        int schema = (int) in.vbint();
        BucketSpan[] positiveSpans = readSpans(in);
        BucketSpan[] negativeSpans = readSpans(in);
        double[] custom = schema == FloatHistogram.CUSTOM_BUCKETS_SCHEMA ? readCustom(in) : new double[0];
        int p = buckets(positiveSpans);
        int n = buckets(negativeSpans);
        var samples = encoding == ChunkEncoding.HISTOGRAM ? new Integers(p, n) : new Floats(p, n);
        long t = 0;
        long delta = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                t = in.vbint();
            } else {
                delta += in.vbint();
                t += delta;
            }
            CounterResetHint hint =
                    gauge ? CounterResetHint.GAUGE : i == 0 ? CounterResetHint.UNKNOWN : CounterResetHint.NOT_RESET;
            samples.read(in, i == 0);
            if (StaleMarker.is(samples.sum())) {
                into.addHistogram(t, FloatHistogram.stale(), 0);
            } else {
                into.addHistogram(
                        t, samples.histogram(hint, schema, zeroThreshold, positiveSpans, negativeSpans, custom), 0);
            }
            if (encoding == ChunkEncoding.HISTOGRAM) {
                into.lastHasIntegerCounts();
            }
        }
    }

    /// The running state of a chunk's samples.
    private sealed interface Samples {
        void read(BitReader in, boolean first);

        double sum();

        FloatHistogram histogram(
                CounterResetHint hint,
                int schema,
                double zeroThreshold,
                BucketSpan[] positiveSpans,
                BucketSpan[] negativeSpans,
                double[] custom);
    }

    private static final class Integers implements Samples {
        private final long[] positive;
        private final long[] positiveStep;
        private final long[] negative;
        private final long[] negativeStep;
        private final XorWindow window = new XorWindow();
        private long count;
        private long countStep;
        private long zero;
        private long zeroStep;
        private long sumBits;

        Integers(int p, int n) {
            positive = new long[p];
            positiveStep = new long[p];
            negative = new long[n];
            negativeStep = new long[n];
        }

        @Override
        public void read(BitReader in, boolean first) {
            if (first) {
                count = in.vbuint();
                zero = in.vbuint();
                sumBits = in.bits(64);
                for (int i = 0; i < positive.length; i++) {
                    positive[i] = in.vbint();
                }
                for (int i = 0; i < negative.length; i++) {
                    negative[i] = in.vbint();
                }
                return;
            }
            countStep += in.vbint();
            count += countStep;
            zeroStep += in.vbint();
            zero += zeroStep;
            sumBits ^= window.read(in);
            if (sumBits == StaleMarker.BITS) {
                return;
            }
            for (int i = 0; i < positive.length; i++) {
                positiveStep[i] += in.vbint();
                positive[i] += positiveStep[i];
            }
            for (int i = 0; i < negative.length; i++) {
                negativeStep[i] += in.vbint();
                negative[i] += negativeStep[i];
            }
        }

        @Override
        public double sum() {
            return Double.longBitsToDouble(sumBits);
        }

        @Override
        public FloatHistogram histogram(
                CounterResetHint hint,
                int schema,
                double zeroThreshold,
                BucketSpan[] positiveSpans,
                BucketSpan[] negativeSpans,
                double[] custom) {
            return new FloatHistogram(
                    hint,
                    schema,
                    zeroThreshold,
                    unsigned(zero),
                    unsigned(count),
                    sum(),
                    positiveSpans,
                    absolute(positive),
                    negativeSpans,
                    absolute(negative),
                    custom);
        }

        private static double unsigned(long v) {
            return v >= 0 ? v : (double) (v >>> 1 | v & 1) * 2;
        }

        private static double[] absolute(long[] deltas) {
            var counts = new double[deltas.length];
            long sum = 0;
            for (int i = 0; i < deltas.length; i++) {
                sum += deltas[i];
                counts[i] = sum;
            }
            return counts;
        }
    }

    private static final class Floats implements Samples {
        private final long[] bits;
        private final XorWindow[] windows;
        private final int p;

        Floats(int p, int n) {
            this.p = p;
            bits = new long[3 + p + n];
            windows = new XorWindow[bits.length];
            for (int i = 0; i < windows.length; i++) {
                windows[i] = new XorWindow();
            }
        }

        @Override
        public void read(BitReader in, boolean first) {
            for (int i = 0; i < bits.length; i++) {
                bits[i] = first ? in.bits(64) : bits[i] ^ windows[i].read(in);
                if (i == 2 && !first && bits[2] == StaleMarker.BITS) {
                    return;
                }
            }
        }

        @Override
        public double sum() {
            return Double.longBitsToDouble(bits[2]);
        }

        @Override
        public FloatHistogram histogram(
                CounterResetHint hint,
                int schema,
                double zeroThreshold,
                BucketSpan[] positiveSpans,
                BucketSpan[] negativeSpans,
                double[] custom) {
            return new FloatHistogram(
                    hint,
                    schema,
                    zeroThreshold,
                    Double.longBitsToDouble(bits[1]),
                    Double.longBitsToDouble(bits[0]),
                    sum(),
                    positiveSpans,
                    slice(3, p),
                    negativeSpans,
                    slice(3 + p, bits.length - 3 - p),
                    custom);
        }

        private double[] slice(int from, int n) {
            var values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = Double.longBitsToDouble(bits[from + i]);
            }
            return values;
        }
    }

    private static double readZeroThreshold(BitReader in) {
        int b = (int) in.bits(8);
        return b == 0 ? 0 : b == 255 ? Double.longBitsToDouble(in.bits(64)) : Math.scalb(0.5, b - 243);
    }

    private static BucketSpan[] readSpans(BitReader in) {
        long n = in.vbuint();
        if (n < 0 || n > 1 << 16) {
            throw new CorruptChunkException("histogram with " + Long.toUnsignedString(n) + " spans");
        }
        var spans = new BucketSpan[(int) n];
        for (int i = 0; i < n; i++) {
            int length = (int) in.vbuint();
            int offset = (int) in.vbint();
            spans[i] = new BucketSpan(offset, length);
        }
        return spans;
    }

    private static double[] readCustom(BitReader in) {
        long n = in.vbuint();
        if (n < 0 || n > 1 << 16) {
            throw new CorruptChunkException("histogram with " + Long.toUnsignedString(n) + " custom bounds");
        }
        var bounds = new double[(int) n];
        for (int i = 0; i < n; i++) {
            long v = in.vbuint();
            bounds[i] = v == 0 ? Double.longBitsToDouble(in.bits(64)) : (v - 1) / 1000.0;
        }
        return bounds;
    }

    private static int buckets(BucketSpan[] spans) {
        long n = 0;
        for (BucketSpan span : spans) {
            n += span.length() & 0xffffffffL;
        }
        if (n > 1 << 16) {
            throw new CorruptChunkException("histogram with " + n + " buckets");
        }
        return (int) n;
    }
}
