package io.pharos.model.histogram;

import java.util.Arrays;

/// Tells whether a counter histogram was reset since its predecessor: a count became smaller, a populated
/// bucket vanished, or the layout changed in a way that only a reset explains.
final class ResetDetection {
    private ResetDetection() {}

    static boolean isReset(FloatHistogram now, FloatHistogram before) {
        if (now.hint() == CounterResetHint.RESET) {
            return true;
        }
        if (now.hint() == CounterResetHint.NOT_RESET) {
            return false;
        }
        if (now.count() < before.count()) {
            return true;
        }
        if (now.usesCustomBuckets()) {
            if (!before.usesCustomBuckets()) {
                return true;
            }
            if (!WorkingHistogram.sameBounds(now.customValues(), before.customValues())) {
                return decreasedOnCommonBounds(now, before);
            }
        }
        if (now.schema() > before.schema() || now.zeroThreshold() < before.zeroThreshold()) {
            return true;
        }
        if (sameLayout(now, before)) {
            return now.zeroCount() < before.zeroCount()
                    || anyBelow(now.positive(), before.positive())
                    || anyBelow(now.negative(), before.negative());
        }
        var previous = new WorkingHistogram(before);
        if (!now.usesCustomBuckets()) {
            if (previous.widenedThreshold(now.zeroThreshold()) != now.zeroThreshold()
                    || now.zeroCount() < previous.zeroCountUpTo(now.zeroThreshold())) {
                return true;
            }
            previous.positive.reduce(before.schema(), now.schema());
            previous.negative.reduce(before.schema(), now.schema());
        }
        return decreased(Buckets.of(now.positiveSpans(), now.positive()), previous.positive, now)
                || decreased(Buckets.of(now.negativeSpans(), now.negative()), previous.negative, now);
    }

    /// Equal spans and thresholds, and no bucket inside the zero bucket: counts may be compared one by one.
    private static boolean sameLayout(FloatHistogram a, FloatHistogram b) {
        return a.schema() == b.schema()
                && a.zeroThreshold() == b.zeroThreshold()
                && Arrays.equals(a.positiveSpans(), b.positiveSpans())
                && Arrays.equals(a.negativeSpans(), b.negativeSpans())
                && a.positive().length == b.positive().length
                && a.negative().length == b.negative().length
                && outsideZeroBucket(a, a.positiveSpans())
                && outsideZeroBucket(a, a.negativeSpans());
    }

    private static boolean outsideZeroBucket(FloatHistogram h, BucketSpan[] spans) {
        return spans.length == 0
                || h.usesCustomBuckets()
                || BucketBounds.exponential(spans[0].offset(), h.schema()) > h.zeroThreshold();
    }

    private static boolean anyBelow(double[] now, double[] before) {
        for (int i = 0; i < now.length; i++) {
            if (now[i] < before[i]) {
                return true;
            }
        }
        return false;
    }

    private static boolean decreased(Buckets now, Buckets before, FloatHistogram layout) {
        int j = 0;
        for (int i = 0; i < before.size; i++) {
            if (!layout.usesCustomBuckets()
                    && BucketBounds.exponential(before.index[i], layout.schema()) <= layout.zeroThreshold()) {
                continue;
            }
            while (j < now.size && now.index[j] < before.index[i]) {
                j++;
            }
            boolean missing = j == now.size || now.index[j] != before.index[i];
            if (missing ? before.count[i] != 0 : now.count[j] < before.count[i]) {
                return true;
            }
        }
        return false;
    }

    private static boolean decreasedOnCommonBounds(FloatHistogram now, FloatHistogram before) {
        double[] common = WorkingHistogram.intersection(now.customValues(), before.customValues());
        Buckets a = Buckets.of(now.positiveSpans(), now.positive()).regroup(now.customValues(), common);
        Buckets b = Buckets.of(before.positiveSpans(), before.positive()).regroup(before.customValues(), common);
        return decreased(a, b, now);
    }
}
