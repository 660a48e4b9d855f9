package io.pharos.model.histogram;

import java.util.List;

/// Quantiles and fractions of native histograms by interpolation: linear within custom and zero buckets, on a
/// logarithmic scale within exponential ones.
public final class HistogramQuantile {
    /// What NaN observations did to an estimate.
    public enum NanEffect {
        NONE,
        RESULT_IS_NAN,
        SKEWED_HIGHER,
        EXCLUDED
    }

    /// An estimate and what is to be said of it.
    public record Estimate(double value, NanEffect nanEffect) {
        private static Estimate of(double value) {
            return new Estimate(value, NanEffect.NONE);
        }
    }

    private HistogramQuantile() {}

    /// The value below which the share `q` of the observations lies.
    public static Estimate quantile(double q, FloatHistogram h) {
        if (q < 0) {
            return Estimate.of(Double.NEGATIVE_INFINITY);
        }
        if (q > 1) {
            return Estimate.of(Double.POSITIVE_INFINITY);
        }
        if (h.count() == 0 || Double.isNaN(q)) {
            return Estimate.of(Double.NaN);
        }
        boolean nan = Double.isNaN(h.sum());
        boolean ascending = nan || q < 0.5;
        double rank = ascending ? q * h.count() : (1 - q) * h.count();
        List<Bucket> buckets = h.buckets();
        int n = buckets.size();
        Bucket bucket = new Bucket(0, 0, false, false, 0, 0);
        double count = 0;
        int seen = 0;
        while (seen < n) {
            bucket = buckets.get(ascending ? seen : n - 1 - seen);
            seen++;
            if (bucket.count() == 0) {
                continue;
            }
            count += bucket.count();
            if (count >= rank) {
                break;
            }
        }
        double lower = bucket.lower();
        double upper = bucket.upper();
        boolean custom = h.usesCustomBuckets();
        if (!custom && lower < 0 && upper > 0) {
            if (h.negative().length == 0 && h.positive().length > 0) {
                lower = 0;
            } else if (h.positive().length == 0 && h.negative().length > 0) {
                upper = 0;
            }
        } else if (custom) {
            if (lower == Double.NEGATIVE_INFINITY) {
                if (upper <= 0) {
                    return Estimate.of(upper);
                }
                lower = 0;
            } else if (upper == Double.POSITIVE_INFINITY) {
                return Estimate.of(lower);
            }
        }
        count = Math.min(count, h.count());
        if (count < rank) {
            return nan ? new Estimate(Double.NaN, NanEffect.RESULT_IS_NAN) : Estimate.of(upper);
        }
        double within = ascending ? rank - (count - bucket.count()) : count - rank;
        NanEffect effect = NanEffect.NONE;
        double bucketCount = bucket.count();
        if (nan) {
            // As the reference does, the last bucket looked at is the one interpolated in.
            while (seen < n) {
                bucket = buckets.get(seen++);
                count += bucket.count();
                lower = bucket.lower();
                upper = bucket.upper();
                bucketCount = bucket.count();
            }
            if (count < h.count()) {
                effect = NanEffect.SKEWED_HIGHER;
            }
        }
        return new Estimate(interpolate(lower, upper, within / bucketCount, custom), effect);
    }

    private static double interpolate(double lower, double upper, double fraction, boolean custom) {
        if (custom || lower <= 0 && upper >= 0) {
            return lower + (upper - lower) * fraction;
        }
        double logLower = Bucket.log2(Math.abs(lower));
        double logUpper = Bucket.log2(Math.abs(upper));
        return lower > 0
                ? Math.pow(2, logLower + (logUpper - logLower) * fraction)
                : -Math.pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
    }

    /// The share of the observations between `lower` and `upper`.
    public static Estimate fraction(double lower, double upper, FloatHistogram h) {
        if (h.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Estimate.of(Double.NaN);
        }
        if (lower >= upper) {
            return Estimate.of(0);
        }
        double count = 0;
        double rank = 0;
        double lowerRank = -1;
        double upperRank = -1;
        boolean lowerSet = false;
        boolean upperSet = false;
        for (Bucket next : h.buckets()) {
            count += next.count();
            if (lowerSet && upperSet) {
                continue;
            }
            Bucket b = next;
            boolean zero = b.lower() <= 0 && b.upper() >= 0;
            if (zero) {
                if (h.negative().length == 0 && h.positive().length > 0) {
                    b = b.withLower(0);
                } else if (h.positive().length == 0 && h.negative().length > 0) {
                    b = b.withUpper(0);
                }
            }
            boolean linear = h.usesCustomBuckets() || zero;
            if (!lowerSet && b.upper() > lower || !lowerSet && b.lower() >= lower) {
                lowerRank = b.lower() >= lower ? rank : rankAt(b, rank, lower, linear);
                lowerSet = true;
            }
            if (!upperSet && b.upper() > upper || !upperSet && b.lower() >= upper) {
                upperRank = b.lower() >= upper ? rank : rankAt(b, rank, upper, linear);
                upperSet = true;
            }
            rank += b.count();
        }
        NanEffect effect = NanEffect.NONE;
        if (Double.isNaN(h.sum())) {
            if (count < h.count()) {
                effect = NanEffect.EXCLUDED;
            }
        } else {
            count = h.count();
        }
        if (!lowerSet || lowerRank > count) {
            lowerRank = count;
        }
        if (!upperSet || upperRank > count) {
            upperRank = count;
        }
        return new Estimate((upperRank - lowerRank) / h.count(), effect);
    }

    private static double rankAt(Bucket b, double rank, double v, boolean linear) {
        if (linear && b.lower() == Double.NEGATIVE_INFINITY) {
            return b.count();
        }
        return rank + b.count() * b.fractionBelow(v, linear);
    }

    /// The population variance, every bucket's observations taken to lie at its middle.
    public static double variance(FloatHistogram h) {
        double mean = h.sum() / h.count();
        double variance = 0;
        double owed = 0;
        for (Bucket b : h.buckets()) {
            if (b.count() == 0) {
                continue;
            }
            double middle;
            if (h.usesCustomBuckets()) {
                middle = (b.upper() + b.lower()) / 2;
            } else if (b.lower() <= 0 && b.upper() >= 0) {
                middle = 0;
            } else {
                middle = Math.sqrt(b.upper() * b.lower());
                if (b.upper() < 0) {
                    middle = -middle;
                }
            }
            double delta = middle - mean;
            double more = b.count() * delta * delta;
            double total = variance + more;
            owed = Kahan.owed(variance, more, total, owed);
            variance = total;
        }
        return (variance + owed) / h.count();
    }
}
