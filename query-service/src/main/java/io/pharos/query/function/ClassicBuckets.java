package io.pharos.query.function;

import java.util.Arrays;

/// The cumulative buckets of one classic histogram at one step: bounds (`le`) with counts. Reused step after step.
public final class ClassicBuckets {
    private static final double TOLERANCE = 1e-12;

    private double[] bounds = new double[16];
    private double[] counts = new double[16];
    private int size;

    /// What forcing counts to rise changed; valid after [#quantile] if [#forced] says so.
    private boolean forced;

    private double lowestForced;
    private double highestForced;
    private double mostForced;

    public void clear() {
        size = 0;
    }

    public int size() {
        return size;
    }

    public void add(double bound, double count) {
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        // Insertion keeps equal bounds in the order they came.
        int at = size++;
        while (at > 0 && bounds[at - 1] > bound) {
            bounds[at] = bounds[at - 1];
            counts[at] = counts[at - 1];
            at--;
        }
        bounds[at] = bound;
        counts[at] = count;
    }

    /// The quantile by linear interpolation.
    public double quantile(double q) {
        forced = false;
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        coalesce();
        makeMonotonic();
        if (size < 2) {
            return Double.NaN;
        }
        double observations = counts[size - 1];
        if (observations == 0) {
            return Double.NaN;
        }
        double rank = q * observations;
        int b = 0;
        int high = size - 1;
        while (b < high) {
            int middle = (b + high) >>> 1;
            if (counts[middle] >= rank) {
                high = middle;
            } else {
                b = middle + 1;
            }
        }
        if (b == size - 1) {
            return bounds[size - 2];
        }
        if (b == 0 && bounds[0] <= 0) {
            return bounds[0];
        }
        double start = 0;
        double count = counts[b];
        if (b > 0) {
            start = bounds[b - 1];
            count -= counts[b - 1];
            rank -= counts[b - 1];
        }
        return start + (bounds[b] - start) * (rank / count);
    }

    /// The share of observations between two values.
    public double fraction(double lower, double upper) {
        if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        coalesce();
        double count = counts[size - 1];
        if (count == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        if (lower >= upper) {
            return 0;
        }
        double atUpper = Math.min(rankAt(upper), count);
        double atLower = Math.min(rankAt(lower), count);
        return (atUpper - atLower) / count;
    }

    private double rankAt(double v) {
        double rank = 0;
        double from = bounds[0] <= 0 ? Double.NEGATIVE_INFINITY : 0;
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                from = bounds[i - 1];
            }
            if (from >= v) {
                return rank;
            }
            if (bounds[i] > v) {
                return from == Double.NEGATIVE_INFINITY
                        ? counts[i]
                        : rank + (counts[i] - rank) * (v - from) / (bounds[i] - from);
            }
            rank = counts[i];
        }
        return Double.POSITIVE_INFINITY;
    }

    private void coalesce() {
        int last = 0;
        for (int i = 1; i < size; i++) {
            if (bounds[i] == bounds[last]) {
                counts[last] += counts[i];
            } else {
                last++;
                bounds[last] = bounds[i];
                counts[last] = counts[i];
            }
        }
        size = last + 1;
    }

    private void makeMonotonic() {
        lowestForced = Double.POSITIVE_INFINITY;
        highestForced = Double.NEGATIVE_INFINITY;
        mostForced = 0;
        double previous = counts[0];
        for (int i = 1; i < size; i++) {
            double count = counts[i];
            if (count == previous) {
                continue;
            }
            if (almostEqual(previous, count)) {
                counts[i] = previous;
            } else if (count < previous) {
                counts[i] = previous;
                forced = true;
                lowestForced = Math.min(lowestForced, bounds[i]);
                highestForced = Math.max(highestForced, bounds[i]);
                mostForced = Math.max(mostForced, previous - count);
            } else {
                previous = count;
            }
        }
    }

    private static boolean almostEqual(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(a) && Double.isNaN(b);
        }
        if (a == b) {
            return true;
        }
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
            return difference < TOLERANCE * Double.MIN_NORMAL;
        }
        return difference / Math.min(sum, Double.MAX_VALUE) < TOLERANCE;
    }

    public boolean forced() {
        return forced;
    }

    public double lowestForced() {
        return lowestForced;
    }

    public double highestForced() {
        return highestForced;
    }

    public double mostForced() {
        return mostForced;
    }
}
