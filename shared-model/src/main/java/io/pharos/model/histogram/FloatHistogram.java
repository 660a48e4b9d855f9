package io.pharos.model.histogram;

import io.pharos.model.sample.StaleMarker;
import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /// A sum or difference, and what had to be done for it.
    ///
    /// @param resetCollision one had a reset, the other surely none
    /// @param boundsReconciled custom bounds differed; the result has those that both have
    public record Combination(FloatHistogram histogram, boolean resetCollision, boolean boundsReconciled) {}

    public boolean usesCustomBuckets() {
        return schema == CUSTOM_BUCKETS_SCHEMA;
    }

    /// This plus `other`, at the coarser schema and the wider zero bucket of the two; null if one has custom
    /// buckets and the other has not. Empty buckets are kept.
    public @Nullable Combination plus(FloatHistogram other) {
        return combined(other, 1);
    }

    /// This minus `other`, as [#plus].
    public @Nullable Combination minus(FloatHistogram other) {
        return combined(other, -1);
    }

    private @Nullable Combination combined(FloatHistogram other, double sign) {
        var work = new WorkingHistogram(this);
        int flags = work.add(other, sign);
        return flags == WorkingHistogram.INCOMPATIBLE
                ? null
                : new Combination(
                        work.build(),
                        (flags & WorkingHistogram.RESET_COLLISION) != 0,
                        (flags & WorkingHistogram.BOUNDS_RECONCILED) != 0);
    }

    /// All counts and the sum times `factor`; a gauge if that is negative.
    public FloatHistogram times(double factor) {
        return new FloatHistogram(
                factor < 0 ? CounterResetHint.GAUGE : hint,
                schema,
                zeroThreshold,
                zeroCount * factor,
                count * factor,
                sum * factor,
                positiveSpans,
                scaled(positive, factor, false),
                negativeSpans,
                scaled(negative, factor, false),
                customValues);
    }

    /// All counts and the sum divided by `divisor`; a gauge if that is negative. Dividing by 0 removes the buckets.
    public FloatHistogram dividedBy(double divisor) {
        boolean gone = divisor == 0;
        return new FloatHistogram(
                divisor < 0 ? CounterResetHint.GAUGE : hint,
                schema,
                zeroThreshold,
                zeroCount / divisor,
                count / divisor,
                sum / divisor,
                gone ? NO_SPANS : positiveSpans,
                gone ? new double[0] : scaled(positive, divisor, true),
                gone ? NO_SPANS : negativeSpans,
                gone ? new double[0] : scaled(negative, divisor, true),
                customValues);
    }

    private static double[] scaled(double[] counts, double by, boolean divide) {
        var result = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            result[i] = divide ? counts[i] / by : counts[i] * by;
        }
        return result;
    }

    /// The same with empty buckets removed and touching spans joined.
    public FloatHistogram compact() {
        if (isCompact(positiveSpans, positive) && isCompact(negativeSpans, negative)) {
            return this;
        }
        var work = new WorkingHistogram(this);
        work.compact();
        return work.build();
    }

    private static boolean isCompact(BucketSpan[] spans, double[] counts) {
        for (double c : counts) {
            if (c == 0) {
                return false;
            }
        }
        for (int i = 0; i < spans.length; i++) {
            if (spans[i].length() == 0 || i > 0 && spans[i].offset() <= 0) {
                return false;
            }
        }
        return true;
    }

    /// The same at a coarser exponential schema.
    public FloatHistogram toSchema(int target) {
        if (target == schema) {
            return this;
        }
        if (usesCustomBuckets() || target == CUSTOM_BUCKETS_SCHEMA || target > schema) {
            throw new IllegalArgumentException(
                    "bug: histogram of schema " + schema + " cannot be brought to schema " + target);
        }
        var work = new WorkingHistogram(this);
        work.positive.reduce(schema, target);
        work.negative.reduce(schema, target);
        work.schema = target;
        work.hint = CounterResetHint.UNKNOWN;
        return work.build();
    }

    public FloatHistogram withHint(CounterResetHint other) {
        return other == hint
                ? this
                : new FloatHistogram(
                        other,
                        schema,
                        zeroThreshold,
                        zeroCount,
                        count,
                        sum,
                        positiveSpans,
                        positive,
                        negativeSpans,
                        negative,
                        customValues);
    }

    /// Whether a counter reset happened between `before` and this.
    public boolean isResetSince(FloatHistogram before) {
        return ResetDetection.isReset(this, before);
    }

    /// Keeps the observations below `point`, or those above it, by interpolation; this itself if nothing was cut.
    public FloatHistogram trimmed(double point, boolean keepBelow) {
        return HistogramTrim.trim(this, point, keepBelow);
    }

    /// Whether some count or the sum is infinite.
    public boolean hasOverflow() {
        return new WorkingHistogram(this).overflows();
    }

    /// The same data: like [#equals] whatever way the spans are cut. The hint does not count.
    public boolean sameAs(FloatHistogram h) {
        return schema == h.schema
                && Double.doubleToRawLongBits(count) == Double.doubleToRawLongBits(h.count)
                && Double.doubleToRawLongBits(sum) == Double.doubleToRawLongBits(h.sum)
                && zeroThreshold == h.zeroThreshold
                && Double.doubleToRawLongBits(zeroCount) == Double.doubleToRawLongBits(h.zeroCount)
                && (!usesCustomBuckets() || WorkingHistogram.sameBounds(customValues, h.customValues))
                && sameBuckets(positiveSpans, positive, h.positiveSpans, h.positive)
                && sameBuckets(negativeSpans, negative, h.negativeSpans, h.negative);
    }

    private static boolean sameBuckets(
            BucketSpan[] spans, double[] counts, BucketSpan[] otherSpans, double[] otherCounts) {
        if (counts.length != otherCounts.length) {
            return false;
        }
        for (int i = 0; i < counts.length; i++) {
            if (Double.doubleToRawLongBits(counts[i]) != Double.doubleToRawLongBits(otherCounts[i])) {
                return false;
            }
        }
        if (Arrays.equals(spans, otherSpans)) {
            return true;
        }
        Buckets a = Buckets.of(spans, counts);
        Buckets b = Buckets.of(otherSpans, otherCounts);
        return a.size == b.size && Arrays.equals(a.index, 0, a.size, b.index, 0, b.size);
    }

    /// Bytes as Prometheus accounts them against its limit on samples.
    public int sizeBytes() {
        return 168
                + 8
                        * (positiveSpans.length
                                + negativeSpans.length
                                + positive.length
                                + negative.length
                                + customValues.length);
    }

    /// All buckets from the lowest to the highest, the zero bucket among them where it is populated. Buckets
    /// that reach into the zero bucket end at its bound.
    public List<Bucket> buckets() {
        var list = new ArrayList<Bucket>(positive.length + negative.length + 1);
        Buckets low = Buckets.of(negativeSpans, negative);
        for (int i = low.size - 1; i >= 0; i--) {
            Bucket b = BucketBounds.negative(low.index[i], schema, low.count[i]);
            list.add(b.upper() < 0 && b.upper() > -zeroThreshold ? b.withUpper(-zeroThreshold) : b);
        }
        if (zeroCount > 0) {
            list.add(zeroBucket());
        }
        Buckets high = Buckets.of(positiveSpans, positive);
        for (int i = 0; i < high.size; i++) {
            Bucket b = BucketBounds.positive(high.index[i], schema, customValues, high.count[i]);
            list.add(b.lower() > 0 && b.lower() < zeroThreshold ? b.withLower(zeroThreshold) : b);
        }
        return list;
    }

    private Bucket zeroBucket() {
        return new Bucket(-zeroThreshold, zeroThreshold, true, true, zeroCount, 0);
    }

    /// `{count:3, sum:5, [-2,-1):1, [-0.001,0.001]:1, (1,2]:1}`: populated buckets, lowest first.
    @Override
    public String toString() {
        var out = new StringBuilder("{count:")
                .append(GoText.general(count))
                .append(", sum:")
                .append(GoText.general(sum));
        Buckets low = Buckets.of(negativeSpans, negative);
        for (int i = low.size - 1; i >= 0; i--) {
            if (low.count[i] != 0) {
                out.append(", ").append(BucketBounds.negative(low.index[i], schema, low.count[i]));
            }
        }
        if (zeroCount != 0) {
            out.append(", ").append(zeroBucket());
        }
        Buckets high = Buckets.of(positiveSpans, positive);
        for (int i = 0; i < high.size; i++) {
            if (high.count[i] != 0) {
                out.append(", ").append(BucketBounds.positive(high.index[i], schema, customValues, high.count[i]));
            }
        }
        return out.append('}').toString();
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
