package io.pharos.model.histogram;

/// The running sum, and mean, of histograms: Kahan summation of every number; the mean goes over to an
/// incremental one when the sum would overflow. Mutable, one thread.
public final class HistogramSum {
    /// What [#add] says when exponential and custom buckets meet: nothing was added.
    public static final int INCOMPATIBLE = WorkingHistogram.INCOMPATIBLE;
    /// [#add] had to cut custom bounds down to those that both have.
    public static final int BOUNDS_RECONCILED = WorkingHistogram.BOUNDS_RECONCILED;

    private static final double SAFE = Double.MAX_VALUE / 4;

    private final boolean forMean;
    private WorkingHistogram total;
    private double count = 1;
    private boolean incremental;

    private HistogramSum(FloatHistogram first, boolean forMean) {
        this.forMean = forMean;
        total = new WorkingHistogram(first);
        total.trackOwed();
    }

    public static HistogramSum sum(FloatHistogram first) {
        return new HistogramSum(first, false);
    }

    public static HistogramSum mean(FloatHistogram first) {
        return new HistogramSum(first, true);
    }

    /// Adds one more; returns [#INCOMPATIBLE], [#BOUNDS_RECONCILED] or neither bit.
    public int add(FloatHistogram h) {
        count++;
        if (!forMean) {
            return total.add(h, 1);
        }
        int reconciled = 0;
        if (!incremental) {
            boolean safe = largest(h) < SAFE && largest(total) < SAFE;
            WorkingHistogram next = safe ? total : total.copy();
            int flags = next.add(h, 1);
            if ((flags & INCOMPATIBLE) != 0) {
                return flags;
            }
            if (!next.overflows()) {
                total = next;
                return flags;
            }
            reconciled = flags & BOUNDS_RECONCILED;
            incremental = true;
            total.divide(count - 1);
        }
        total.scale((count - 1) / count);
        return total.add(h.dividedBy(count), 1) | reconciled;
    }

    /// The sum or mean so far; this ends the use of the object. Empty buckets are kept.
    public FloatHistogram result() {
        if (forMean && !incremental) {
            total.divide(count);
        }
        total.settle();
        return total.build();
    }

    private static double largest(FloatHistogram h) {
        double most = Math.max(Math.abs(h.count()), Math.max(Math.abs(h.sum()), Math.abs(h.zeroCount())));
        for (double c : h.positive()) {
            most = Math.max(most, Math.abs(c));
        }
        for (double c : h.negative()) {
            most = Math.max(most, Math.abs(c));
        }
        return most;
    }

    private static double largest(WorkingHistogram h) {
        double most = Math.max(Math.abs(h.count), Math.max(Math.abs(h.sum), Math.abs(h.zeroCount)));
        for (int i = 0; i < h.positive.size; i++) {
            most = Math.max(most, Math.abs(h.positive.count[i]));
        }
        for (int i = 0; i < h.negative.size; i++) {
            most = Math.max(most, Math.abs(h.negative.count[i]));
        }
        return most;
    }
}
