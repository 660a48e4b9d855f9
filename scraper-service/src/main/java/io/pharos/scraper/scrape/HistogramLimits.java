package io.pharos.scraper.scrape;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes native histograms coarser where a job limits them: `native_histogram_bucket_limit` and
/// `native_histogram_min_bucket_factor`. Halving the resolution merges buckets `2k − 1` and `2k` into `k`.
final class HistogramLimits {
    private static final int COARSEST = -4;

    private HistogramLimits() {}

    /// The histogram with no more buckets than `limit`, 0 for no limit; null where it can't be made coarse enough.
    static @Nullable NativeHistogram toLimit(NativeHistogram histogram, long limit) {
        NativeHistogram reduced = histogram;
        while (limit > 0 && buckets(reduced) > limit) {
            if (reduced.schema() == NativeHistogram.CUSTOM_BUCKETS_SCHEMA || reduced.schema() <= COARSEST) {
                return null;
            }
            reduced = halved(reduced);
        }
        return reduced;
    }

    /// The histogram with buckets that grow by `factor` at least, 0 for any.
    static NativeHistogram toFactor(NativeHistogram histogram, double factor) {
        NativeHistogram reduced = histogram;
        int coarsest = schemaOf(factor);
        while (reduced.schema() != NativeHistogram.CUSTOM_BUCKETS_SCHEMA && reduced.schema() > coarsest) {
            reduced = halved(reduced);
        }
        return reduced;
    }

    /// The finest schema whose buckets grow by `factor` at least.
    static int schemaOf(double factor) {
        if (factor <= 1) {
            return 8;
        }
        double floor = Math.floor(-Math.log(Math.log(factor) / Math.log(2)) / Math.log(2));
        return (int) Math.max(COARSEST, Math.min(8, floor));
    }

    private static int buckets(NativeHistogram histogram) {
        return switch (histogram) {
            case Histogram h -> h.positiveDeltas().length + h.negativeDeltas().length;
            case FloatHistogram h -> h.positive().length + h.negative().length;
        };
    }

    private static NativeHistogram halved(NativeHistogram histogram) {
        return switch (histogram) {
            case Histogram h -> {
                var positive = new Side(h.positiveSpans(), counts(h.positiveDeltas())).halved();
                var negative = new Side(h.negativeSpans(), counts(h.negativeDeltas())).halved();
                yield new Histogram(
                        h.hint(),
                        h.schema() - 1,
                        h.zeroThreshold(),
                        h.zeroCount(),
                        h.count(),
                        h.sum(),
                        positive.spans(),
                        deltas(positive.counts()),
                        negative.spans(),
                        deltas(negative.counts()),
                        h.customValues());
            }
            case FloatHistogram h -> {
                var positive = new Side(h.positiveSpans(), h.positive()).halved();
                var negative = new Side(h.negativeSpans(), h.negative()).halved();
                yield new FloatHistogram(
                        h.hint(),
                        h.schema() - 1,
                        h.zeroThreshold(),
                        h.zeroCount(),
                        h.count(),
                        h.sum(),
                        positive.spans(),
                        positive.counts(),
                        negative.spans(),
                        negative.counts(),
                        h.customValues());
            }
        };
    }

    private static double[] counts(long[] deltas) {
        var counts = new double[deltas.length];
        long sum = 0;
        for (int i = 0; i < deltas.length; i++) {
            sum += deltas[i];
            counts[i] = sum;
        }
        return counts;
    }

    private static long[] deltas(double[] counts) {
        var deltas = new long[counts.length];
        long before = 0;
        for (int i = 0; i < counts.length; i++) {
            deltas[i] = (long) counts[i] - before;
            before = (long) counts[i];
        }
        return deltas;
    }

    /// Buckets of one sign, with absolute counts.
    private record Side(BucketSpan[] spans, double[] counts) {
        Side halved() {
            var newSpans = new BucketSpan[counts.length];
            var newCounts = new double[counts.length];
            int spanCount = 0;
            int n = 0;
            int end = 0;
            int last = 0;
            int index = 0;
            int bucket = 0;
            for (BucketSpan span : spans) {
                index += span.offset();
                for (int i = 0; i < span.length(); i++, index++, bucket++) {
                    int target = -Math.floorDiv(-index, 2);
                    if (n > 0 && target == last) {
                        newCounts[n - 1] += counts[bucket];
                        continue;
                    }
                    if (n > 0 && target == end) {
                        BucketSpan open = newSpans[spanCount - 1];
                        newSpans[spanCount - 1] = new BucketSpan(open.offset(), open.length() + 1);
                    } else {
                        newSpans[spanCount++] = new BucketSpan(target - end, 1);
                    }
                    newCounts[n++] = counts[bucket];
                    last = target;
                    end = target + 1;
                }
            }
            return new Side(Arrays.copyOf(newSpans, spanCount), Arrays.copyOf(newCounts, n));
        }
    }
}
