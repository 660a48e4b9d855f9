package io.pharos.model.histogram;

/// Keeps the observations of a histogram below (`</`) or above (`>/`) a point.
///
/// A bucket that the point cuts is split by interpolation. Once anything was cut, count and sum are estimated
/// anew from the buckets that are left: a bucket's observations are taken to lie at its arithmetic middle
/// (custom bounds, zero bucket) or at its geometric one.
final class HistogramTrim {
    private final WorkingHistogram h;
    private final double point;
    private final boolean keepBelow;
    private final boolean custom;
    private double keptCount;
    private double keptSum;
    private boolean cut;

    private HistogramTrim(WorkingHistogram h, double point, boolean keepBelow) {
        this.h = h;
        this.point = point;
        this.keepBelow = keepBelow;
        this.custom = BucketBounds.isCustom(h.schema);
    }

    static FloatHistogram trim(FloatHistogram original, double point, boolean keepBelow) {
        var trim = new HistogramTrim(new WorkingHistogram(original), point, keepBelow);
        return trim.run() ? trim.h.build() : original;
    }

    private boolean run() {
        boolean hasPositive = side(h.positive, true);
        boolean hasNegative = side(h.negative, false);
        if (h.zeroCount > 0) {
            zeroBucket(hasNegative, hasPositive);
        }
        if (cut) {
            h.count = keptCount;
            h.sum = keptSum;
            h.compact();
        }
        return cut;
    }

    private boolean side(Buckets buckets, boolean positive) {
        boolean any = false;
        for (int i = 0; i < buckets.size; i++) {
            double count = buckets.count[i];
            if (count == 0) {
                continue;
            }
            any = true;
            Bucket b = positive
                    ? BucketBounds.positive(buckets.index[i], h.schema, h.customValues, count)
                    : BucketBounds.negative(buckets.index[i], h.schema, count);
            boolean whole = keepBelow ? b.upper() <= point : b.lower() >= point;
            boolean inside = keepBelow ? b.lower() < point : b.upper() > point;
            if (whole) {
                keptCount += count;
                keptSum += middle(b.lower(), b.upper(), positive) * count;
            } else if (inside) {
                splitInto(buckets, i, b, positive);
            } else {
                buckets.count[i] = 0;
                cut = true;
            }
        }
        return any;
    }

    private void splitInto(Buckets buckets, int at, Bucket b, boolean positive) {
        double kept;
        double middle;
        if (Double.isInfinite(b.lower()) || Double.isInfinite(b.upper())) {
            kept = keptOfInfinite(b);
            middle = middleOfInfinite(b);
        } else {
            double below = point <= b.lower()
                    ? 0
                    : point >= b.upper() ? b.count() : b.count() * b.fractionBelow(point, custom);
            kept = keepBelow ? below : b.count() - below;
            middle = keepBelow ? middle(b.lower(), point, positive) : middle(point, b.upper(), positive);
        }
        keptCount += kept;
        keptSum += middle * kept;
        if (buckets.count[at] != kept) {
            buckets.count[at] = kept;
            cut = true;
        }
    }

    /// What is kept of a bucket that the point cuts and that has an infinite bound. The lowest one counts as
    /// starting at 0 if its upper bound is positive; otherwise nothing is known of the inside.
    private double keptOfInfinite(Bucket b) {
        if (b.lower() == Double.NEGATIVE_INFINITY) {
            boolean splits = b.upper() > 0 && b.upper() != Double.POSITIVE_INFINITY;
            if (keepBelow) {
                if (point >= b.upper()) {
                    return b.count();
                }
                return point > 0 && splits ? b.count() * point / b.upper() : b.upper() <= 0 ? b.count() : 0;
            }
            if (point <= b.lower()) {
                return b.count();
            }
            return point >= 0 && b.upper() > point && b.upper() != Double.POSITIVE_INFINITY
                    ? b.count() * (1 - point / b.upper())
                    : 0;
        }
        return !keepBelow && point >= b.lower() ? b.count() : 0;
    }

    private double middleOfInfinite(Bucket b) {
        if (b.lower() == Double.NEGATIVE_INFINITY) {
            if (keepBelow) {
                if (point >= b.upper()) {
                    return 0;
                }
                if (point > 0 && b.upper() > 0 && b.upper() != Double.POSITIVE_INFINITY) {
                    return point / 2;
                }
                return b.upper() <= 0 ? point : finite(b.upper());
            }
            if (point <= b.lower()) {
                return 0;
            }
            return point >= 0 && b.upper() > point && b.upper() != Double.POSITIVE_INFINITY
                    ? (point + b.upper()) / 2
                    : finite(b.upper());
        }
        return !keepBelow && point >= b.lower() ? point : finite(b.lower());
    }

    private static double finite(double v) {
        return Double.isInfinite(v) ? 0 : v;
    }

    private void zeroBucket(boolean hasNegative, boolean hasPositive) {
        double lower = hasPositive && !hasNegative ? 0 : -h.zeroThreshold;
        double upper = hasNegative && !hasPositive ? 0 : h.zeroThreshold;
        double share;
        double middle;
        if (keepBelow ? point <= lower : point >= upper && point > lower) {
            share = 0;
            middle = 0;
        } else if (keepBelow ? point >= upper : point <= lower) {
            share = 1;
            middle = (lower + upper) / 2;
        } else {
            share = keepBelow ? (point - lower) / (upper - lower) : (upper - point) / (upper - lower);
            middle = keepBelow ? (lower + point) / 2 : (point + upper) / 2;
        }
        double kept = share == 1 ? h.zeroCount : h.zeroCount * share;
        if (h.zeroCount != kept) {
            h.zeroCount = kept;
            cut = true;
        }
        keptSum += middle * kept;
        keptCount += kept;
    }

    private double middle(double lower, double upper, boolean positive) {
        if (Double.isInfinite(lower)) {
            return Double.isInfinite(upper) ? 0 : upper > 0 ? upper / 2 : upper;
        }
        if (Double.isInfinite(upper)) {
            return lower;
        }
        if (custom) {
            return (lower + upper) / 2;
        }
        double geometric = Math.sqrt(Math.abs(lower * upper));
        return positive ? geometric : -geometric;
    }
}
