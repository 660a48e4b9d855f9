package io.pharos.model.histogram;

import io.pharos.model.text.GoText;

/// One bucket of a native histogram: its bounds, whether they belong to it, and its count. `index` is its place
/// within the schema and means nothing for the zero bucket.
public record Bucket(
        double lower, double upper, boolean lowerInclusive, boolean upperInclusive, double count, int index) {
    /// The share of the bucket's width at or below `v`, where `lower < v < upper` and both are finite: linear, or on a
    /// logarithmic scale.
    public double fractionBelow(double v, boolean linear) {
        if (linear) {
            return (v - lower) / (upper - lower);
        }
        double logLower = log2(Math.abs(lower));
        double logUpper = log2(Math.abs(upper));
        double logV = log2(Math.abs(v));
        return v > 0 ? (logV - logLower) / (logUpper - logLower) : 1 - (logV - logUpper) / (logLower - logUpper);
    }

    Bucket withLower(double bound) {
        return new Bucket(bound, upper, lowerInclusive, upperInclusive, count, index);
    }

    Bucket withUpper(double bound) {
        return new Bucket(lower, bound, lowerInclusive, upperInclusive, count, index);
    }

    /// The binary logarithm, exact for powers of two.
    static double log2(double v) {
        if (v >= Double.MIN_NORMAL && v < Double.POSITIVE_INFINITY) {
            int exponent = Math.getExponent(v) + 1;
            double fraction = Math.scalb(v, -exponent);
            return fraction == 0.5 ? exponent - 1 : Math.log(fraction) * (1 / LN2) + exponent;
        }
        return Math.log(v) * (1 / LN2);
    }

    private static final double LN2 = Math.log(2);

    /// `(1,2]:3`, with square brackets at bounds that belong to the bucket.
    @Override
    public String toString() {
        return (lowerInclusive ? "[" : "(") + GoText.general(lower) + "," + GoText.general(upper)
                + (upperInclusive ? "]" : ")") + ":" + GoText.general(count);
    }
}
