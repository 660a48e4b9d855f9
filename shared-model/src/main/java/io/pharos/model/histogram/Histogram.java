package io.pharos.model.histogram;

import io.pharos.model.sample.StaleMarker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A native histogram with integer counts (`model/histogram/histogram.go` of Prometheus 3.14).
///
/// `positiveDeltas[n]`, `negativeDeltas[n]`: the first bucket's count, then differences to the bucket before;
/// `n` is the sum of the spans' lengths. Counts are unsigned 64-bit. `customValues`: upper bounds, ascending,
/// for schema −53 alone. Arrays are not to be changed.
public record Histogram(
        CounterResetHint hint,
        int schema,
        double zeroThreshold,
        long zeroCount,
        long count,
        double sum,
        BucketSpan[] positiveSpans,
        long[] positiveDeltas,
        BucketSpan[] negativeSpans,
        long[] negativeDeltas,
        double[] customValues)
        implements NativeHistogram {
    private static final BucketSpan[] NO_SPANS = {};

    /// The marker that ends a series of integer histograms.
    public static Histogram stale() {
        return new Histogram(
                CounterResetHint.UNKNOWN,
                0,
                0,
                0,
                0,
                StaleMarker.VALUE,
                NO_SPANS,
                new long[0],
                NO_SPANS,
                new long[0],
                new double[0]);
    }

    @Override
    public boolean isStale() {
        return StaleMarker.is(sum);
    }

    @Override
    public FloatHistogram toFloat() {
        return new FloatHistogram(
                hint,
                schema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positiveSpans,
                absolute(positiveDeltas),
                negativeSpans,
                absolute(negativeDeltas),
                customValues);
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Histogram h
                && schema == h.schema
                && zeroCount == h.zeroCount
                && count == h.count
                && Double.doubleToRawLongBits(sum) == Double.doubleToRawLongBits(h.sum)
                && Double.doubleToRawLongBits(zeroThreshold) == Double.doubleToRawLongBits(h.zeroThreshold)
                && Arrays.equals(positiveSpans, h.positiveSpans)
                && Arrays.equals(negativeSpans, h.negativeSpans)
                && Arrays.equals(positiveDeltas, h.positiveDeltas)
                && Arrays.equals(negativeDeltas, h.negativeDeltas)
                && Arrays.equals(customValues, h.customValues);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(positiveDeltas) * 31 + Long.hashCode(count);
    }
}
