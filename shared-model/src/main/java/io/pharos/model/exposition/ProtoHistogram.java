package io.pharos.model.exposition;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import java.util.Arrays;

/// The `Histogram` message of a metric: classic buckets, the native histogram, and where its exemplars stand. Reused.
final class ProtoHistogram {
    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};
    private static final int[] NO_SPANS = {};

    private final ProtoReader reader = new ProtoReader();

    long count;
    double countFloat;
    double sum;
    long startMs;
    private int schema;
    private double zeroThreshold;
    private long zeroCount;
    private double zeroCountFloat;
    private int[] positiveSpans = NO_SPANS;
    private int[] negativeSpans = NO_SPANS;
    private long[] positiveDeltas = NO_LONGS;
    private long[] negativeDeltas = NO_LONGS;
    private double[] positiveCounts = NO_DOUBLES;
    private double[] negativeCounts = NO_DOUBLES;

    int buckets;
    double[] bounds = new double[16];
    double[] cumulative = new double[16];
    /// Exemplar of bucket `i`: its bytes are `[bucketExemplars[2i], bucketExemplars[2i+1])`, empty for none.
    int[] bucketExemplars = new int[32];
    int exemplars;
    int[] exemplarRanges = new int[8];

    void clear() {
        count = 0;
        countFloat = 0;
        sum = 0;
        startMs = 0;
        schema = 0;
        zeroThreshold = 0;
        zeroCount = 0;
        zeroCountFloat = 0;
        positiveSpans = NO_SPANS;
        negativeSpans = NO_SPANS;
        positiveDeltas = NO_LONGS;
        negativeDeltas = NO_LONGS;
        positiveCounts = NO_DOUBLES;
        negativeCounts = NO_DOUBLES;
        buckets = 0;
        exemplars = 0;
    }

    void read(byte[] bytes, int from, int to) {
        reader.enter(bytes, from, to);
        var inner = new ProtoReader();
        while (reader.next()) {
            switch (reader.field) {
                case 1 -> count = reader.number;
                case 2 -> sum = reader.real();
                case 3 -> readBucket(inner, bytes, reader.from, reader.to);
                case 4 -> countFloat = reader.real();
                case 5 -> schema = (int) ProtoReader.unzigzag(reader.number);
                case 6 -> zeroThreshold = reader.real();
                case 7 -> zeroCount = reader.number;
                case 8 -> zeroCountFloat = reader.real();
                case 9 -> negativeSpans = readSpan(inner, bytes, negativeSpans);
                case 10 -> negativeDeltas = readDeltas(inner, bytes, negativeDeltas);
                case 11 -> negativeCounts = readCounts(inner, bytes, negativeCounts);
                case 12 -> positiveSpans = readSpan(inner, bytes, positiveSpans);
                case 13 -> positiveDeltas = readDeltas(inner, bytes, positiveDeltas);
                case 14 -> positiveCounts = readCounts(inner, bytes, positiveCounts);
                case 15 -> startMs = ProtobufFormat.time(inner, bytes, reader.from, reader.to);
                case 16 -> {
                    if (exemplarRanges.length < 2 * exemplars + 2) {
                        exemplarRanges = Arrays.copyOf(exemplarRanges, exemplarRanges.length * 2);
                    }
                    exemplarRanges[2 * exemplars] = reader.from;
                    exemplarRanges[2 * exemplars + 1] = reader.to;
                    exemplars++;
                }
                default -> {}
            }
        }
    }

    private void readBucket(ProtoReader inner, byte[] bytes, int from, int to) {
        if (buckets == bounds.length) {
            bounds = Arrays.copyOf(bounds, buckets * 2);
            cumulative = Arrays.copyOf(cumulative, buckets * 2);
            bucketExemplars = Arrays.copyOf(bucketExemplars, buckets * 4);
        }
        double bound = 0;
        double whole = 0;
        double real = 0;
        int exemplarFrom = 0;
        int exemplarTo = 0;
        inner.enter(bytes, from, to);
        while (inner.next()) {
            switch (inner.field) {
                case 1 -> whole = unsigned(inner.number);
                case 2 -> bound = inner.real();
                case 3 -> {
                    exemplarFrom = inner.from;
                    exemplarTo = inner.to;
                }
                case 4 -> real = inner.real();
                default -> {}
            }
        }
        bounds[buckets] = bound;
        cumulative[buckets] = real == 0 ? whole : real;
        bucketExemplars[2 * buckets] = exemplarFrom;
        bucketExemplars[2 * buckets + 1] = exemplarTo;
        buckets++;
    }

    private int[] readSpan(ProtoReader inner, byte[] bytes, int[] spans) {
        int[] grown = Arrays.copyOf(spans, spans.length + 2);
        inner.enter(bytes, reader.from, reader.to);
        while (inner.next()) {
            switch (inner.field) {
                case 1 -> grown[spans.length] = (int) ProtoReader.unzigzag(inner.number);
                case 2 -> grown[spans.length + 1] = (int) inner.number;
                default -> {}
            }
        }
        return grown;
    }

    private long[] readDeltas(ProtoReader inner, byte[] bytes, long[] before) {
        if (reader.to == 0) {
            long[] one = Arrays.copyOf(before, before.length + 1);
            one[before.length] = ProtoReader.unzigzag(reader.number);
            return one;
        }
        // A varint takes one byte at least, so the array is no longer than the message.
        long[] all = Arrays.copyOf(before, before.length + reader.to - reader.from);
        int n = before.length;
        inner.enter(bytes, reader.from, reader.to);
        while (inner.more()) {
            all[n++] = ProtoReader.unzigzag(inner.varint());
        }
        return Arrays.copyOf(all, n);
    }

    private double[] readCounts(ProtoReader inner, byte[] bytes, double[] before) {
        if (reader.to == 0) {
            double[] one = Arrays.copyOf(before, before.length + 1);
            one[before.length] = reader.real();
            return one;
        }
        double[] all = Arrays.copyOf(before, before.length + (reader.to - reader.from) / 8);
        int n = before.length;
        inner.enter(bytes, reader.from, reader.to);
        while (inner.more()) {
            double v = inner.fixed();
            all[n++] = v;
        }
        return all;
    }

    static double unsigned(long n) {
        return n >= 0 ? n : (n >>> 1 | n & 1) * 2.0;
    }

    /// What a sample of `_count` and of the bucket without bound is.
    double total() {
        return countFloat == 0 ? unsigned(count) : countFloat;
    }

    /// Client libraries send a span of no length where a native histogram has no buckets.
    boolean isNative() {
        return positiveSpans.length > 0
                || negativeSpans.length > 0
                || zeroThreshold > 0
                || zeroCount != 0
                || zeroCountFloat > 0;
    }

    /// The native histogram without empty buckets.
    ///
    /// @throws ExpositionException where spans and buckets do not agree
    NativeHistogram toNative(String family, boolean gauge) {
        CounterResetHint hint = gauge ? CounterResetHint.GAUGE : CounterResetHint.UNKNOWN;
        if (countFloat > 0 || zeroCountFloat > 0) {
            Side positive = Side.of(family, "positive", positiveSpans, positiveCounts);
            Side negative = Side.of(family, "negative", negativeSpans, negativeCounts);
            return new FloatHistogram(
                    hint,
                    schema,
                    zeroThreshold,
                    zeroCountFloat,
                    countFloat,
                    sum,
                    positive.spans(),
                    positive.counts(),
                    negative.spans(),
                    negative.counts(),
                    NO_DOUBLES);
        }
        Whole positive = Whole.of(family, "positive", positiveSpans, positiveDeltas);
        Whole negative = Whole.of(family, "negative", negativeSpans, negativeDeltas);
        return new Histogram(
                hint,
                schema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positive.spans(),
                positive.deltas(),
                negative.spans(),
                negative.deltas(),
                NO_DOUBLES);
    }

    private static void check(String family, String side, int[] spans, int buckets) {
        long length = 0;
        for (int i = 1; i < spans.length; i += 2) {
            length += spans[i] & 0xffffffffL;
            if (i > 1 && spans[i - 1] < 0) {
                throw new ExpositionException(
                        "histogram \"" + family + "\": " + side + " side: span with negative offset " + spans[i - 1]);
            }
        }
        if (length != buckets) {
            throw new ExpositionException("histogram \"" + family + "\": " + side
                    + " side: span/bucket mismatch: spans need " + length + " buckets, have " + buckets + " buckets");
        }
    }

    /// Float buckets of one side.
    private record Side(BucketSpan[] spans, double[] counts) {
        static Side of(String family, String name, int[] spans, double[] counts) {
            check(family, name, spans, counts.length);
            var builder = new SpanBuilder();
            var kept = new double[counts.length];
            int n = 0;
            int bucket = 0;
            int index = 0;
            for (int i = 0; i < spans.length; i += 2) {
                index += spans[i];
                for (int k = 0; k < spans[i + 1]; k++, bucket++, index++) {
                    if (counts[bucket] != 0) {
                        builder.bucket(index);
                        kept[n++] = counts[bucket];
                    }
                }
            }
            return new Side(builder.build(), Arrays.copyOf(kept, n));
        }
    }

    /// Integer buckets of one side.
    private record Whole(BucketSpan[] spans, long[] deltas) {
        static Whole of(String family, String name, int[] spans, long[] deltas) {
            check(family, name, spans, deltas.length);
            var builder = new SpanBuilder();
            var kept = new long[deltas.length];
            int n = 0;
            int bucket = 0;
            int index = 0;
            long count = 0;
            long previous = 0;
            for (int i = 0; i < spans.length; i += 2) {
                index += spans[i];
                for (int k = 0; k < spans[i + 1]; k++, bucket++, index++) {
                    count += deltas[bucket];
                    if (count != 0) {
                        builder.bucket(index);
                        kept[n++] = count - previous;
                        previous = count;
                    }
                }
            }
            return new Whole(builder.build(), Arrays.copyOf(kept, n));
        }
    }
}
