package io.pharos.query.function;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.promql.RangeMode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// `rate`, `increase`, `delta`: the difference of the last and the first sample, corrected for counter resets and
/// extrapolated to the ends of the range (promql.md §8.1).
///
/// Resets are counted once a series, as `resetsBefore[i]` = resets among the first `i` samples, so that a step
/// without a reset costs the same whatever its range holds.
final class RateFunction extends RangeFunction {
    private final Setting setting;
    private final boolean counter;
    private final boolean perSecond;
    private final @Nullable ExtendedRate extended;
    private int[] resetsBefore = new int[0];
    private boolean resets;

    /// Steps whose [#known] and [#facts] are kept, by their number.
    private static final int KEPT = 1024;

    /// Per step: first and last time, begin of the range, samples less one; and what follows from them: seconds
    /// sampled, seconds to the start, the factor.
    private long[] known = new long[4 * 16];

    private double[] facts = new double[3 * 16];

    RateFunction(Setting setting, boolean counter, boolean perSecond) {
        this.setting = setting;
        this.counter = counter;
        this.perSecond = perSecond;
        extended = setting.mode() == RangeMode.PLAIN ? null : new ExtendedRate(setting, counter, perSecond);
    }

    @Override
    public void series(Window w) {
        if (!counter || extended != null) {
            return;
        }
        int n = w.floats;
        resets = w.starts != null || anyFalls(w.values, n);
        if (!resets) {
            return;
        }
        if (resetsBefore.length < n + 1) {
            resetsBefore = new int[Math.max(n + 1, resetsBefore.length * 2)];
        }
        double[] v = w.values;
        int count = 0;
        for (int i = 1; i < n; i++) {
            if (v[i] < v[i - 1]
                    || w.starts != null
                            && ResetByStart.isReset(w.start(i - 1), w.times[i - 1], w.start(i), w.times[i])) {
                count++;
            }
            resetsBefore[i] = count;
        }
    }

    private static boolean anyFalls(double[] v, int n) {
        int falls = 0;
        for (int i = 1; i < n; i++) {
            falls += v[i] < v[i - 1] ? 1 : 0;
        }
        return falls > 0;
    }

    @Override
    public boolean evaluate(Window w) {
        if (w.mixed()) {
            setting.notes().mixedFloatsHistograms(w.metric.get(), setting.span());
            return false;
        }
        if (extended != null) {
            return w.to > w.from ? extended.floats(w) : extended.histograms(w);
        }
        return w.to > w.from ? floats(w) : histograms(w);
    }

    private boolean floats(Window w) {
        int first = w.from;
        int last = w.to - 1;
        long firstMs = w.times[first];
        long lastMs = w.times[last];
        double result = w.values[last] - w.values[first];
        long start = 0;
        if (counter) {
            if (resets && resetsBefore[last] != resetsBefore[first]) {
                result = addResets(w, first, last, result);
            }
            if (w.starts != null) {
                noteOverlaps(w, first, last);
                start = usableStart(w.start(first), w.rangeStartMs, firstMs);
            }
        }
        if (start != 0) {
            return sinceStart(w, result + w.values[first], (lastMs - start) / 1000.0);
        }
        if (first == last) {
            return false;
        }
        int slot = w.step & KEPT - 1;
        if (slot * 4 >= known.length) {
            int slots = Math.min(KEPT, Integer.highestOneBit(slot) * 2);
            known = Arrays.copyOf(known, 4 * slots);
            facts = Arrays.copyOf(facts, 3 * slots);
        }
        long[] times = known;
        int at = slot * 4;
        if (times[at] != firstMs
                || times[at + 1] != lastMs
                || times[at + 2] != w.rangeStartMs
                || times[at + 3] != last - first) {
            extrapolate(w, slot);
        }
        double sampled = facts[slot * 3];
        double toStart = facts[slot * 3 + 1];
        double factor = facts[slot * 3 + 2];
        double v = w.values[first];
        // Roughly at first: counters that began long before the range are no matter for a division.
        if (counter && result > 0 && v >= 0 && sampled * v < toStart * result * 1.000001) {
            double toZero = sampled * (v / result);
            if (toZero < toStart) {
                double average = sampled / (last - first);
                factor = factor(sampled, toZero, (w.rangeEndMs - lastMs) / 1000.0, average, average * 1.1);
            }
        }
        return w.give(result * factor);
    }

    /// What a step's times alone decide: the same for all series scraped together.
    private void extrapolate(Window w, int slot) {
        int gaps = w.to - 1 - w.from;
        long firstMs = w.times[w.from];
        long lastMs = w.times[w.to - 1];
        double sampled = (lastMs - firstMs) / 1000.0;
        double average = sampled / gaps;
        double threshold = average * 1.1;
        double toStart = (firstMs - w.rangeStartMs) / 1000.0;
        if (toStart >= threshold) {
            toStart = average / 2;
        }
        known[slot * 4] = firstMs;
        known[slot * 4 + 1] = lastMs;
        known[slot * 4 + 2] = w.rangeStartMs;
        known[slot * 4 + 3] = gaps;
        facts[slot * 3] = sampled;
        facts[slot * 3 + 1] = toStart;
        facts[slot * 3 + 2] = factor(sampled, toStart, (w.rangeEndMs - lastMs) / 1000.0, average, threshold);
    }

    private boolean sinceStart(Window w, double result, double sampled) {
        int gaps = w.to - 1 - w.from;
        double average = gaps > 0 ? (w.times[w.to - 1] - w.times[w.from]) / 1000.0 / gaps : 0;
        double toEnd = (w.rangeEndMs - w.times[w.to - 1]) / 1000.0;
        return w.give(result * factor(sampled, 0, toEnd, average, average * 1.1));
    }

    private double factor(double sampled, double toStart, double toEnd, double average, double threshold) {
        double end = toEnd >= threshold ? average / 2 : toEnd;
        double factor = sampled != 0 ? (sampled + toStart + end) / sampled : 1;
        return perSecond ? factor / (setting.rangeMs() / 1000.0) : factor;
    }

    private double addResets(Window w, int first, int last, double difference) {
        double result = difference;
        for (int i = first + 1; i <= last; i++) {
            if (resetsBefore[i] != resetsBefore[i - 1]) {
                result += w.values[i - 1];
            }
        }
        return result;
    }

    private void noteOverlaps(Window w, int first, int last) {
        for (int i = first + 1; i <= last; i++) {
            if (ResetByStart.overlaps(w.start(i - 1), w.times[i - 1], w.start(i))) {
                setting.notes().startTimeOverlap(w.metric.get(), setting.span());
                return;
            }
        }
    }

    /// The start timestamp of the first sample, where it lies in the range before the sample; else 0.
    private static long usableStart(long start, long rangeStartMs, long firstMs) {
        return start > rangeStartMs && start < firstMs ? start : 0;
    }

    private boolean histograms(Window w) {
        int first = w.histogramFrom;
        int last = w.histogramTo - 1;
        long firstMs = w.histogramTimes[first];
        long lastMs = w.histogramTimes[last];
        FloatHistogram result = null;
        if (last > first) {
            result = difference(w, first, last);
            if (result == null) {
                return false;
            }
        }
        FloatHistogram firstHistogram = w.histograms[first];
        double sampled = (lastMs - firstMs) / 1000.0;
        double average = last > first ? sampled / (last - first) : 0;
        double threshold = average * 1.1;
        double toStart;
        long start = counter && w.histogramStarts != null
                ? usableStart(w.histogramStart(first), w.rangeStartMs, firstMs)
                : 0;
        if (start != 0) {
            toStart = 0;
            sampled = (lastMs - start) / 1000.0;
            if (result == null) {
                result = firstHistogram;
            } else {
                FloatHistogram.Combination sum = result.plus(firstHistogram);
                if (sum == null) {
                    setting.notes().mixedBuckets(w.metric.get(), setting.span());
                    return false;
                }
                if (sum.boundsReconciled()) {
                    setting.notes().reconciledBounds("addition", setting.span());
                }
                result = sum.histogram();
            }
        } else if (result == null) {
            return false;
        } else {
            toStart = (firstMs - w.rangeStartMs) / 1000.0;
            if (toStart >= threshold) {
                toStart = average / 2;
            }
            if (counter && result.count() > 0 && firstHistogram.count() >= 0) {
                double toZero = sampled * (firstHistogram.count() / result.count());
                if (toZero < toStart) {
                    toStart = toZero;
                }
            }
        }
        double factor = factor(sampled, toStart, (w.rangeEndMs - lastMs) / 1000.0, average, threshold);
        return w.give(result.times(factor));
    }

    /// The last histogram minus the first, plus every one before a reset; null if they do not fit together.
    private @Nullable FloatHistogram difference(Window w, int first, int last) {
        FloatHistogram[] all = w.histograms;
        FloatHistogram previous = all[first];
        FloatHistogram end = all[last];
        boolean custom = previous.usesCustomBuckets();
        if (counter && (isGauge(previous) || isGauge(end))) {
            setting.notes().notACounterHistogram(w.metric.get(), setting.span());
        }
        if (counter && isReset(w, first + 1)) {
            // What came before a reset need not fit, so an empty histogram takes its place.
            FloatHistogram second = all[first + 1];
            previous = emptyLike(second);
            custom = second.usesCustomBuckets();
        }
        if (end.usesCustomBuckets() != custom) {
            setting.notes().mixedBuckets(w.metric.get(), setting.span());
            return null;
        }
        int schema = Math.min(end.schema(), previous.schema());
        if (counter) {
            for (int i = first + 1; i < last; i++) {
                FloatHistogram h = all[i];
                if (isGauge(h)) {
                    setting.notes().notACounterHistogram(w.metric.get(), setting.span());
                }
                schema = Math.min(schema, h.schema());
                if (h.usesCustomBuckets() != custom) {
                    setting.notes().mixedBuckets(w.metric.get(), setting.span());
                    return null;
                }
            }
        }
        FloatHistogram.Combination difference = end.toSchema(schema).minus(previous);
        if (difference == null) {
            setting.notes().mixedBuckets(w.metric.get(), setting.span());
            return null;
        }
        if (difference.boundsReconciled()) {
            setting.notes().reconciledBounds("subtraction", setting.span());
        }
        FloatHistogram result = difference.histogram();
        if (counter) {
            result = addResets(w, first, last, previous, result);
            if (result == null) {
                return null;
            }
        } else if (!isGauge(all[first]) || !isGauge(end)) {
            setting.notes().notAGaugeHistogram(w.metric.get(), setting.span());
        }
        return result.withHint(CounterResetHint.GAUGE).compact();
    }

    private @Nullable FloatHistogram addResets(
            Window w, int first, int last, FloatHistogram start, FloatHistogram difference) {
        FloatHistogram previous = start;
        FloatHistogram result = difference;
        boolean overlap = false;
        for (int i = first + 1; i <= last; i++) {
            FloatHistogram h = w.histograms[i];
            boolean byStart = false;
            if (w.histogramStarts != null) {
                long before = w.histogramStart(i - 1);
                long beforeMs = w.histogramTimes[i - 1];
                if (!overlap && ResetByStart.overlaps(before, beforeMs, w.histogramStart(i))) {
                    setting.notes().startTimeOverlap(w.metric.get(), setting.span());
                    overlap = true;
                }
                byStart = ResetByStart.isReset(before, beforeMs, w.histogramStart(i), w.histogramTimes[i]);
            }
            if (byStart || h.isResetSince(previous)) {
                FloatHistogram.Combination sum = result.plus(previous);
                if (sum == null) {
                    setting.notes().mixedBuckets(w.metric.get(), setting.span());
                    return null;
                }
                if (sum.boundsReconciled()) {
                    setting.notes().reconciledBounds("addition", setting.span());
                }
                result = sum.histogram();
            }
            previous = h;
        }
        return result;
    }

    private static boolean isReset(Window w, int at) {
        return w.histogramStarts != null
                        && ResetByStart.isReset(
                                w.histogramStart(at - 1),
                                w.histogramTimes[at - 1],
                                w.histogramStart(at),
                                w.histogramTimes[at])
                || w.histograms[at].isResetSince(w.histograms[at - 1]);
    }

    private static boolean isGauge(FloatHistogram h) {
        return h.hint() == CounterResetHint.GAUGE;
    }

    private static FloatHistogram emptyLike(FloatHistogram h) {
        FloatHistogram none = FloatHistogram.stale();
        return new FloatHistogram(
                CounterResetHint.UNKNOWN,
                h.schema(),
                0,
                0,
                0,
                0,
                none.positiveSpans(),
                none.positive(),
                none.negativeSpans(),
                none.negative(),
                h.customValues());
    }
}
