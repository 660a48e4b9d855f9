package io.pharos.model.histogram;

import java.util.Arrays;

/// A histogram while it is computed with. Mutable, for one computation; [#build()] gives the result.
///
/// With [#trackOwed()] every number is summed by Kahan's method: the part it still owes is kept beside it.
final class WorkingHistogram {
    /// What [#add] says when exponential and custom buckets meet: nothing was added.
    static final int INCOMPATIBLE = 1;
    /// A reset met a non-reset.
    static final int RESET_COLLISION = 2;
    /// Different custom bounds were cut down to those both have.
    static final int BOUNDS_RECONCILED = 4;

    CounterResetHint hint;
    int schema;
    double zeroThreshold;
    double zeroCount;
    double count;
    double sum;
    Buckets positive;
    Buckets negative;
    double[] customValues;

    private boolean kahan;
    private double zeroOwed;
    private double countOwed;
    private double sumOwed;

    WorkingHistogram(FloatHistogram h) {
        hint = h.hint();
        schema = h.schema();
        zeroThreshold = h.zeroThreshold();
        zeroCount = h.zeroCount();
        count = h.count();
        sum = h.sum();
        positive = Buckets.of(h.positiveSpans(), h.positive());
        negative = Buckets.of(h.negativeSpans(), h.negative());
        customValues = h.customValues();
    }

    private WorkingHistogram(WorkingHistogram h) {
        hint = h.hint;
        schema = h.schema;
        zeroThreshold = h.zeroThreshold;
        zeroCount = h.zeroCount;
        count = h.count;
        sum = h.sum;
        positive = h.positive.copy();
        negative = h.negative.copy();
        customValues = h.customValues;
        kahan = h.kahan;
        zeroOwed = h.zeroOwed;
        countOwed = h.countOwed;
        sumOwed = h.sumOwed;
    }

    WorkingHistogram copy() {
        return new WorkingHistogram(this);
    }

    void trackOwed() {
        kahan = true;
        positive.trackOwed();
        negative.trackOwed();
    }

    FloatHistogram build() {
        return new FloatHistogram(
                hint,
                schema,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positive.spans(),
                positive.counts(),
                negative.spans(),
                negative.counts(),
                customValues);
    }

    /// Adds `sign` (1 or −1) times `other`; returns the flags above.
    int add(FloatHistogram other, double sign) {
        boolean custom = BucketBounds.isCustom(schema);
        if (custom != other.usesCustomBuckets()) {
            return INCOMPATIBLE;
        }
        int flags = adjustHint(other.hint()) ? RESET_COLLISION : 0;
        if (!custom) {
            addZeroCount(other, sign);
        }
        addCountAndSum(other, sign);
        Buckets otherPositive = Buckets.of(other.positiveSpans(), other.positive());
        if (custom) {
            if (!sameBounds(customValues, other.customValues())) {
                flags |= BOUNDS_RECONCILED;
                double[] common = intersection(customValues, other.customValues());
                positive = positive.regroup(customValues, common);
                otherPositive = otherPositive.regroup(other.customValues(), common);
                customValues = common;
                positive.add(otherPositive, sign, schema, 0);
                positive.compact();
            } else {
                positive.add(otherPositive, sign, schema, 0);
            }
            return flags;
        }
        Buckets otherNegative = Buckets.of(other.negativeSpans(), other.negative());
        if (other.schema() < schema) {
            positive.reduce(schema, other.schema());
            negative.reduce(schema, other.schema());
            schema = other.schema();
        } else if (other.schema() > schema) {
            if (kahan) {
                otherPositive.trackOwed();
                otherNegative.trackOwed();
            }
            otherPositive.reduce(other.schema(), schema);
            otherNegative.reduce(other.schema(), schema);
        }
        positive.add(otherPositive, sign, schema, zeroThreshold);
        negative.add(otherNegative, sign, schema, zeroThreshold);
        return flags;
    }

    private void addCountAndSum(FloatHistogram other, double sign) {
        double newCount = count + sign * other.count();
        double newSum = sum + sign * other.sum();
        if (kahan) {
            countOwed = Kahan.owed(count, sign * other.count(), newCount, countOwed);
            sumOwed = Kahan.owed(sum, sign * other.sum(), newSum, sumOwed);
        }
        count = newCount;
        sum = newSum;
    }

    /// Finds a zero bucket wide enough for both that cuts no populated bucket of either, and adds the other's zero
    /// count.
    private void addZeroCount(FloatHistogram other, double sign) {
        double otherZeroCount = other.zeroCount();
        if (other.zeroThreshold() != zeroThreshold) {
            double otherThreshold = other.zeroThreshold();
            var widened = new WorkingHistogram(other);
            while (otherThreshold != zeroThreshold) {
                if (zeroThreshold > otherThreshold) {
                    otherThreshold = widened.widenedThreshold(zeroThreshold);
                    otherZeroCount = widened.zeroCountUpTo(otherThreshold);
                }
                if (otherThreshold > zeroThreshold) {
                    widenZeroBucket(otherThreshold);
                }
            }
        }
        double total = zeroCount + sign * otherZeroCount;
        if (kahan) {
            zeroOwed = Kahan.owed(zeroCount, sign * otherZeroCount, total, zeroOwed);
        }
        zeroCount = total;
    }

    /// Makes the zero bucket at least `threshold` wide; buckets inside it move into it.
    private void widenZeroBucket(double threshold) {
        double wider = widenedThreshold(threshold);
        zeroCount = zeroCountUpTo(wider);
        zeroThreshold = wider;
        emptyUpTo(positive, wider);
        emptyUpTo(negative, wider);
        positive.compact();
        negative.compact();
    }

    private void emptyUpTo(Buckets side, double threshold) {
        for (int i = 0; i < side.size && BucketBounds.exponential(side.index[i] - 1, schema) < threshold; i++) {
            side.count[i] = 0;
            double[] owed = side.owed;
            if (owed != null) {
                owed[i] = 0;
            }
        }
    }

    /// `threshold`, or the far bound of the populated bucket that it would cut.
    double widenedThreshold(double threshold) {
        double wanted = threshold;
        while (true) {
            double next = Math.max(farBound(positive, wanted), farBound(negative, wanted));
            if (next == wanted) {
                return wanted;
            }
            wanted = next;
        }
    }

    private double farBound(Buckets side, double threshold) {
        for (int i = 0; i < side.size; i++) {
            if (BucketBounds.exponential(side.index[i] - 1, schema) >= threshold) {
                break;
            }
            double far = BucketBounds.exponential(side.index[i], schema);
            if (far > threshold) {
                return side.count[i] != 0 ? far : threshold;
            }
        }
        return threshold;
    }

    /// The zero count that a zero bucket of that width would have.
    double zeroCountUpTo(double threshold) {
        if (threshold == zeroThreshold) {
            return zeroCount;
        }
        return zeroCount + countUpTo(positive, threshold) + countUpTo(negative, threshold);
    }

    private double countUpTo(Buckets side, double threshold) {
        double total = 0;
        for (int i = 0; i < side.size && BucketBounds.exponential(side.index[i] - 1, schema) < threshold; i++) {
            double[] owed = side.owed;
            total += side.count[i] + (owed == null ? 0 : owed[i]);
        }
        return total;
    }

    private boolean adjustHint(CounterResetHint other) {
        if (other == hint || hint == CounterResetHint.GAUGE) {
            return false;
        }
        if (other == CounterResetHint.GAUGE) {
            hint = CounterResetHint.GAUGE;
            return false;
        }
        boolean collision = hint != CounterResetHint.UNKNOWN && other != CounterResetHint.UNKNOWN;
        hint = CounterResetHint.UNKNOWN;
        return collision;
    }

    /// Adds what is owed to every number.
    void settle() {
        zeroCount += zeroOwed;
        count += countOwed;
        sum += sumOwed;
        positive.settle();
        negative.settle();
        kahan = false;
    }

    void scale(double factor) {
        zeroCount *= factor;
        count *= factor;
        sum *= factor;
        zeroOwed *= factor;
        countOwed *= factor;
        sumOwed *= factor;
        positive.scale(factor);
        negative.scale(factor);
        if (factor < 0) {
            hint = CounterResetHint.GAUGE;
        }
    }

    void divide(double by) {
        zeroCount /= by;
        count /= by;
        sum /= by;
        zeroOwed /= by;
        countOwed /= by;
        sumOwed /= by;
        if (by == 0) {
            positive.clear();
            negative.clear();
            return;
        }
        positive.divide(by);
        negative.divide(by);
        if (by < 0) {
            hint = CounterResetHint.GAUGE;
        }
    }

    boolean overflows() {
        return Double.isInfinite(zeroCount)
                || Double.isInfinite(count)
                || Double.isInfinite(sum)
                || positive.anyInfinite()
                || negative.anyInfinite();
    }

    void compact() {
        positive.compact();
        negative.compact();
    }

    static boolean sameBounds(double[] a, double[] b) {
        if (a == b) {
            return true;
        }
        if (a.length != b.length) {
            return false;
        }
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i]) {
                return false;
            }
        }
        return true;
    }

    static double[] intersection(double[] a, double[] b) {
        var common = new double[Math.min(a.length, b.length)];
        int n = 0;
        for (int i = 0, j = 0; i < a.length && j < b.length; ) {
            if (a[i] == b[j]) {
                common[n++] = a[i++];
                j++;
            } else if (a[i] < b[j]) {
                i++;
            } else {
                j++;
            }
        }
        return Arrays.copyOf(common, n);
    }
}
