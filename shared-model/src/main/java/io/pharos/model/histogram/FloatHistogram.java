package io.pharos.model.histogram;

import io.pharos.model.sample.StaleMarker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A native histogram with float counts (`model/histogram/float_histogram.go` of Prometheus 3.14): what PromQL works
/// on.
///
/// `positive[n]`, `negative[n]`: absolute counts of the buckets of the spans, one after the other. Immutable: arrays
/// are not to be changed.
public record FloatHistogram(
        CounterResetHint hint,
        int schema,
        double zeroThreshold,
        double zeroCount,
        double count,
        double sum,
        BucketSpan[] positiveSpans,
        double[] positive,
        BucketSpan[] negativeSpans,
        double[] negative,
        double[] customValues)
        implements NativeHistogram {
    private static final BucketSpan[] NO_SPANS = {};

    /// The marker that ends a series of float histograms.
    public static FloatHistogram stale() {
        return new FloatHistogram(
                CounterResetHint.UNKNOWN,
                0,
                0,
                0,
                0,
                StaleMarker.VALUE,
                NO_SPANS,
                new double[0],
                NO_SPANS,
                new double[0],
                new double[0]);
    }

    @Override
    public boolean isStale() {
        return StaleMarker.is(sum);
    }

    @Override
    public FloatHistogram toFloat() {
        return this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FloatHistogram h
                && schema == h.schema
                && Double.doubleToRawLongBits(zeroCount) == Double.doubleToRawLongBits(h.zeroCount)
                && Double.doubleToRawLongBits(count) == Double.doubleToRawLongBits(h.count)
                && Double.doubleToRawLongBits(sum) == Double.doubleToRawLongBits(h.sum)
                && Double.doubleToRawLongBits(zeroThreshold) == Double.doubleToRawLongBits(h.zeroThreshold)
                && Arrays.equals(positiveSpans, h.positiveSpans)
                && Arrays.equals(negativeSpans, h.negativeSpans)
                && Arrays.equals(positive, h.positive)
                && Arrays.equals(negative, h.negative)
                && Arrays.equals(customValues, h.customValues);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(positive) * 31 + Double.hashCode(count);
    }
}
