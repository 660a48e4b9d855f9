package io.pharos.query.function;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.promql.RangeMode;
import org.jspecify.annotations.Nullable;

/// Rates over `anchored` and `smoothed` ranges: the value at the right end minus that at the left, no extrapolation.
///
/// The window is wider than the range by the lookback, to the left (`anchored`) or to both sides (`smoothed`).
/// The value at an end is that of the nearest sample at or before it, or lies on the line between its
/// neighbours.
final class ExtendedRate {
    private final RangeFunction.Setting setting;
    private final boolean counter;
    private final boolean perSecond;
    private final boolean smoothed;

    ExtendedRate(RangeFunction.Setting setting, boolean counter, boolean perSecond) {
        this.setting = setting;
        this.counter = counter;
        this.perSecond = perSecond;
        smoothed = setting.mode() == RangeMode.SMOOTHED;
    }

    /// The last of `[from, to)` at or before `ms`, or `from`; the very last one is not looked at.
    static int firstIndex(long[] times, int from, int to, long ms) {
        int i = from;
        while (i < to - 1 && times[i] <= ms) {
            i++;
        }
        return Math.max(from, i - 1);
    }

    /// The first of `[from, to)` at or after `ms`, or the last.
    static int lastIndex(long[] times, int from, int to, long ms) {
        int i = from;
        while (i < to - 1 && times[i] < ms) {
            i++;
        }
        return i;
    }

    boolean floats(Window w) {
        long[] times = w.times;
        double[] values = w.values;
        int first = firstIndex(times, w.from, w.to, w.rangeStartMs);
        int last = smoothed ? lastIndex(times, w.from, w.to, w.rangeEndMs) : w.to - 1;
        if (times[last] <= w.rangeStartMs || smoothed && times[first] > w.rangeEndMs) {
            return false;
        }
        double left = smoothed && times[first] < w.rangeStartMs
                ? interpolate(w, first, w.rangeStartMs, counter)
                : values[first];
        double right = smoothed && last > w.from && times[last] > w.rangeEndMs
                ? interpolate(w, last - 1, w.rangeEndMs, counter)
                : values[last];
        double result = right - left;
        if (counter) {
            int from = times[first] <= w.rangeStartMs ? first + 1 : first;
            int to = times[last] >= w.rangeEndMs ? last - 1 : last;
            double previous = left;
            double correction = 0;
            for (int i = from; i <= to; i++) {
                if (values[i] < previous) {
                    correction += previous;
                }
                previous = values[i];
            }
            if (right < previous) {
                correction += previous;
            }
            result += correction;
        }
        return w.give(perSecond ? result / (setting.rangeMs() / 1000.0) : result);
    }

    private static double interpolate(Window w, int at, long ms, boolean counter) {
        return interpolate(w.times[at], w.values[at], w.times[at + 1], w.values[at + 1], ms, counter);
    }

    /// The value at `ms` on the line between two samples; a counter that fell starts at 0.
    public static double interpolate(long t1, double v1, long t2, double v2, long ms, boolean counter) {
        double from = counter && v2 < v1 ? 0 : v1;
        return from + (v2 - from) * (double) (ms - t1) / (double) (t2 - t1);
    }

    boolean histograms(Window w) {
        long[] times = w.histogramTimes;
        FloatHistogram[] all = w.histograms;
        int first = firstIndex(times, w.histogramFrom, w.histogramTo, w.rangeStartMs);
        int last = smoothed ? lastIndex(times, w.histogramFrom, w.histogramTo, w.rangeEndMs) : w.histogramTo - 1;
        if (times[last] <= w.rangeStartMs || smoothed && times[first] > w.rangeEndMs) {
            return false;
        }
        for (int i = first; i <= last; i++) {
            if (all[i].usesCustomBuckets() != all[first].usesCustomBuckets()) {
                setting.notes().mixedBuckets(w.metric.get(), setting.span());
                return false;
            }
            if (counter && all[i].hint() == CounterResetHint.GAUGE) {
                setting.notes().notACounterHistogram(w.metric.get(), setting.span());
            }
        }
        HistogramInterpolation interpolation = new HistogramInterpolation(setting.notes(), setting.span(), w.metric);
        FloatHistogram left = smoothed && times[first] < w.rangeStartMs
                ? interpolation.at(all[first], times[first], all[first + 1], times[first + 1], w.rangeStartMs, counter)
                : all[first];
        FloatHistogram right = smoothed && last > w.histogramFrom && times[last] > w.rangeEndMs
                ? interpolation.at(all[last - 1], times[last - 1], all[last], times[last], w.rangeEndMs, counter)
                : all[last];
        if (left == null || right == null) {
            return false;
        }
        if (!counter && (left.hint() != CounterResetHint.GAUGE || right.hint() != CounterResetHint.GAUGE)) {
            setting.notes().notAGaugeHistogram(w.metric.get(), setting.span());
        }
        FloatHistogram result = interpolation.minus(right, left);
        if (result != null && counter) {
            result = corrected(w, first, last, left, right, result, interpolation);
        }
        if (result == null) {
            return false;
        }
        if (perSecond) {
            result = result.dividedBy(setting.rangeMs() / 1000.0);
        }
        return w.give(result.withHint(CounterResetHint.GAUGE).compact());
    }

    private @Nullable FloatHistogram corrected(
            Window w,
            int firstIndex,
            int lastIndex,
            FloatHistogram left,
            FloatHistogram right,
            FloatHistogram difference,
            HistogramInterpolation arithmetic) {
        FloatHistogram[] all = w.histograms;
        int first = firstIndex + 1;
        FloatHistogram previous = left;
        if (smoothed
                && w.histogramTimes[firstIndex] < w.rangeStartMs
                && all[firstIndex + 1].isResetSince(all[firstIndex])) {
            // The left value was interpolated across this reset, which is accounted for with it.
            previous = all[firstIndex + 1];
            first++;
        }
        int last = lastIndex - 1;
        if (first > last + 1) {
            return difference;
        }
        FloatHistogram correction = null;
        for (int i = first; i <= last + 1; i++) {
            FloatHistogram next = i <= last ? all[i] : right;
            if (next.isResetSince(previous)) {
                correction = correction == null ? previous : arithmetic.plus(correction, previous);
                if (correction == null) {
                    return null;
                }
            }
            previous = next;
        }
        return correction == null ? difference : arithmetic.plus(difference, correction);
    }
}
