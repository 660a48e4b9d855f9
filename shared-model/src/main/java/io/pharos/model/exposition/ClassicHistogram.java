package io.pharos.model.exposition;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Buckets, count and sum of one classic histogram while they come in. Buckets are kept in order of their bounds.
final class ClassicHistogram {
    private static final double[] NO_DOUBLES = {};
    private static final long[] NO_LONGS = {};
    private static final BucketSpan[] NO_SPANS = {};

    private double[] bounds = new double[16];
    private double[] cumulative = new double[16];
    private int buckets;
    private double count;
    private boolean hasCount;
    private double sum;
    private boolean broken;

    void clear() {
        buckets = 0;
        count = 0;
        hasCount = false;
        sum = 0;
        broken = false;
    }

    void count(double v) {
        broken |= v < 0 || Double.isNaN(v) || Double.isInfinite(v);
        count = v;
        hasCount = true;
    }

    void sum(double v) {
        sum = v;
    }

    void bucket(double bound, double v) {
        if (v < 0 || Double.isNaN(v) || Double.isInfinite(v)) {
            broken = true;
            return;
        }
        int at = buckets;
        while (at > 0 && bounds[at - 1] > bound) {
            at--;
        }
        if (at > 0 && bounds[at - 1] == bound) {
            // The first counts.
            return;
        }
        broken |= at > 0 && cumulative[at - 1] > v || at < buckets && cumulative[at] < v;
        if (buckets == bounds.length) {
            bounds = Arrays.copyOf(bounds, buckets * 2);
            cumulative = Arrays.copyOf(cumulative, buckets * 2);
        }
        System.arraycopy(bounds, at, bounds, at + 1, buckets - at);
        System.arraycopy(cumulative, at, cumulative, at + 1, buckets - at);
        bounds[at] = bound;
        cumulative[at] = v;
        buckets++;
    }

    /// The histogram with custom buckets, integer if all counts are; null where counts contradict each other.
    @Nullable
    NativeHistogram convert() {
        if (broken) {
            return null;
        }
        if (!hasCount && buckets > 0) {
            count = cumulative[buckets - 1];
        }
        if (buckets == 0 || bounds[buckets - 1] != Double.POSITIVE_INFINITY) {
            bucket(Double.POSITIVE_INFINITY, count);
        }
        if (broken || cumulative[buckets - 1] != count) {
            return null;
        }
        boolean whole = isWhole(count);
        for (int i = 0; i < buckets; i++) {
            whole &= isWhole(cumulative[i]);
        }
        double[] custom = buckets == 1 ? NO_DOUBLES : Arrays.copyOf(bounds, buckets - 1);
        return whole ? toWhole(custom) : toFloat(custom);
    }

    private static boolean isWhole(double v) {
        return v == Math.rint(v) && v <= 1L << 53;
    }

    private NativeHistogram toWhole(double[] custom) {
        var spans = new SpanBuilder();
        var deltas = new long[buckets];
        int n = 0;
        long previous = 0;
        double before = 0;
        for (int i = 0; i < buckets; i++) {
            long own = (long) (cumulative[i] - before);
            before = cumulative[i];
            if (own != 0) {
                spans.bucket(i);
                deltas[n++] = own - previous;
                previous = own;
            }
        }
        return new Histogram(
                CounterResetHint.UNKNOWN,
                NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
                0,
                0,
                (long) count,
                sum,
                spans.build(),
                Arrays.copyOf(deltas, n),
                NO_SPANS,
                NO_LONGS,
                custom);
    }

    private NativeHistogram toFloat(double[] custom) {
        var spans = new SpanBuilder();
        var counts = new double[buckets];
        int n = 0;
        double before = 0;
        for (int i = 0; i < buckets; i++) {
            double own = cumulative[i] - before;
            before = cumulative[i];
            if (own != 0) {
                spans.bucket(i);
                counts[n++] = own;
            }
        }
        return new FloatHistogram(
                CounterResetHint.UNKNOWN,
                NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
                0,
                0,
                count,
                sum,
                spans.build(),
                Arrays.copyOf(counts, n),
                NO_SPANS,
                NO_DOUBLES,
                custom);
    }
}
