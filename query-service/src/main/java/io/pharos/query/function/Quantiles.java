package io.pharos.query.function;

import java.util.Arrays;

/// Quantiles of plain numbers.
public final class Quantiles {
    private Quantiles() {}

    /// The quantile of `values[0, n)`, interpolated linearly; sorts them, NaN lowest.
    public static double quantile(double q, double[] values, int n) {
        if (n == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        Arrays.sort(values, 0, n);
        int nans = 0;
        while (nans < n && Double.isNaN(values[n - 1 - nans])) {
            nans++;
        }
        double rank = q * (n - 1);
        double floor = Math.max(0, Math.floor(rank));
        int lower = (int) floor;
        int upper = Math.min(n - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return at(values, n, nans, lower) * (1 - weight) + at(values, n, nans, upper) * weight;
    }

    /// Java sorts NaN highest.
    private static double at(double[] sorted, int n, int nans, int index) {
        return index < nans ? sorted[n - 1] : sorted[index - nans];
    }
}
