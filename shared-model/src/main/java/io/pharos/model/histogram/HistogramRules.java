package io.pharos.model.histogram;

import org.jspecify.annotations.Nullable;

/// What makes a native histogram invalid, in Prometheus' words (`model/histogram` of 3.14).
public final class HistogramRules {
    private HistogramRules() {}

    /// Why it cannot be stored; null where it can.
    public static @Nullable String problem(NativeHistogram histogram) {
        return switch (histogram) {
            case Histogram h -> {
                String layout = layout(
                        h.schema(),
                        h.zeroThreshold(),
                        h.zeroCount() != 0,
                        h.customValues(),
                        h.positiveSpans(),
                        h.positiveDeltas().length,
                        h.negativeSpans(),
                        h.negativeDeltas().length);
                if (layout != null) {
                    yield layout;
                }
                long total = h.zeroCount();
                long[][] sides = {h.negativeDeltas(), h.positiveDeltas()};
                for (int side = 0; side < 2; side++) {
                    long bucket = 0;
                    for (int i = 0; i < sides[side].length; i++) {
                        bucket += sides[side][i];
                        if (bucket < 0) {
                            yield sideName(side) + ": bucket number " + (i + 1) + " has observation count of " + bucket
                                    + ": histogram has a bucket whose observation count is negative";
                        }
                        total += bucket;
                    }
                }
                if (Double.isNaN(h.sum())) {
                    yield Long.compareUnsigned(h.count(), total) < 0
                            ? found(total, h.count())
                                    + "histogram's observation count should be at least the number of observations found in the buckets"
                            : null;
                }
                yield h.count() != total
                        ? found(total, h.count())
                                + "histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)"
                        : null;
            }
            case FloatHistogram h -> {
                String layout = layout(
                        h.schema(),
                        h.zeroThreshold(),
                        h.zeroCount() != 0,
                        h.customValues(),
                        h.positiveSpans(),
                        h.positive().length,
                        h.negativeSpans(),
                        h.negative().length);
                if (layout != null) {
                    yield layout;
                }
                double[][] sides = {h.negative(), h.positive()};
                for (int side = 0; side < 2; side++) {
                    for (int i = 0; i < sides[side].length; i++) {
                        if (sides[side][i] < 0) {
                            yield sideName(side) + ": bucket number " + (i + 1) + " has observation count of "
                                    + io.pharos.model.text.GoText.general(sides[side][i])
                                    + ": histogram has a bucket whose observation count is negative";
                        }
                    }
                }
                yield h.count() < 0 || h.zeroCount() < 0 ? "histogram's observation count is negative" : null;
            }
        };
    }

    private static String sideName(int side) {
        return side == 0 ? "negative side" : "positive side";
    }

    private static String found(long total, long count) {
        return Long.toUnsignedString(total) + " observations found in buckets, but the Count field is "
                + Long.toUnsignedString(count) + ": ";
    }

    private static @Nullable String layout(
            int schema,
            double zeroThreshold,
            boolean hasZeroCount,
            double[] custom,
            BucketSpan[] positiveSpans,
            int positive,
            BucketSpan[] negativeSpans,
            int negative) {
        boolean byHand = schema == NativeHistogram.CUSTOM_BUCKETS_SCHEMA;
        if (byHand) {
            String bounds = bounds(custom, positiveSpans, positive);
            if (bounds != null) {
                return "custom buckets: " + bounds;
            }
            if (hasZeroCount) {
                return "custom buckets: must have zero count of 0";
            }
            if (zeroThreshold != 0) {
                return "custom buckets: must have zero threshold of 0";
            }
            if (negativeSpans.length > 0) {
                return "custom buckets: must not have negative spans";
            }
            if (negative > 0) {
                return "custom buckets: must not have negative buckets";
            }
            return null;
        }
        if (schema < -4 || schema > 8) {
            return "histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema "
                    + schema;
        }
        String problem = spans(positiveSpans, positive);
        if (problem != null) {
            return "positive side: " + problem;
        }
        problem = spans(negativeSpans, negative);
        if (problem != null) {
            return "negative side: " + problem;
        }
        return custom.length > 0 ? "histogram with exponential schema must not have custom bounds" : null;
    }

    private static @Nullable String spans(BucketSpan[] spans, int buckets) {
        long needed = 0;
        for (int i = 0; i < spans.length; i++) {
            if (i > 0 && spans[i].offset() < 0) {
                return "span number " + (i + 1) + " with offset " + spans[i].offset()
                        + ": histogram has a span whose offset is negative";
            }
            needed += spans[i].length() & 0xffffffffL;
        }
        return needed == buckets
                ? null
                : "spans need " + needed + " buckets, have " + buckets
                        + " buckets: histogram spans specify different number of buckets than provided";
    }

    private static @Nullable String bounds(double[] bounds, BucketSpan[] spans, int buckets) {
        double before = Double.NEGATIVE_INFINITY;
        for (double bound : bounds) {
            if (Double.isNaN(bound)) {
                return "histogram custom bounds must not be NaN";
            }
            if (bound <= before) {
                return "histogram custom bounds must be in strictly increasing order";
            }
            before = bound;
        }
        if (bounds.length > 0 && (Double.isInfinite(bounds[bounds.length - 1]) || Double.isInfinite(bounds[0]))) {
            return "histogram custom bounds must be finite";
        }
        long total = 0;
        long reach = 0;
        for (int i = 0; i < spans.length; i++) {
            if (spans[i].offset() < 0) {
                return "span number " + (i + 1) + " with offset " + spans[i].offset()
                        + ": histogram has a span whose offset is negative";
            }
            total += spans[i].length() & 0xffffffffL;
            reach += (spans[i].length() & 0xffffffffL) + spans[i].offset();
        }
        if (total != buckets) {
            return "spans need " + total + " buckets, have " + buckets
                    + " buckets: histogram spans specify different number of buckets than provided";
        }
        if (reach > bounds.length + 1L) {
            return "only " + bounds.length
                    + " custom bounds defined which is insufficient to cover total span length of " + reach
                    + ": histogram custom bounds are too few";
        }
        return null;
    }
}
