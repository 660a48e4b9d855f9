package io.pharos.query.function;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.promql.RangeMode;

/// `resets` and `changes`: how often a sample differs from the one before it, floats and histograms in one sequence.
final class ChangeFunction extends RangeFunction {
    private final Setting setting;
    private final boolean resets;
    private int firstFloat;
    private int firstHistogram;

    ChangeFunction(Setting setting, boolean resets) {
        this.setting = setting;
        this.resets = resets;
    }

    @Override
    public boolean evaluate(Window w) {
        firstFloat = w.from;
        firstHistogram = w.histogramFrom;
        if (setting.mode() == RangeMode.ANCHORED && !anchor(w)) {
            return false;
        }
        return w.give((double) (w.histogramTo == firstHistogram ? ofFloats(w) : ofBoth(w)));
    }

    /// Starts at the newest sample at or before the range; false if no sample lies in the range.
    private boolean anchor(Window w) {
        int f = w.from;
        while (f < w.to && w.times[f] <= w.rangeStartMs) {
            f++;
        }
        int h = w.histogramFrom;
        while (h < w.histogramTo && w.histogramTimes[h] <= w.rangeStartMs) {
            h++;
        }
        if (f == w.to && h == w.histogramTo) {
            return false;
        }
        firstFloat = f;
        firstHistogram = h;
        boolean floatBefore = f > w.from;
        boolean histogramBefore = h > w.histogramFrom;
        if (floatBefore && (!histogramBefore || w.times[f - 1] >= w.histogramTimes[h - 1])) {
            firstFloat--;
        } else if (histogramBefore) {
            firstHistogram--;
        }
        return true;
    }

    private int ofFloats(Window w) {
        int count = 0;
        double[] v = w.values;
        for (int i = firstFloat + 1; i < w.to; i++) {
            if (resets) {
                if (v[i] < v[i - 1]
                        || w.starts != null
                                && ResetByStart.isReset(w.start(i - 1), w.times[i - 1], w.start(i), w.times[i])) {
                    count++;
                }
            } else if (v[i] != v[i - 1] && !(Double.isNaN(v[i]) && Double.isNaN(v[i - 1]))) {
                count++;
            }
        }
        return count;
    }

    private int ofBoth(Window w) {
        int count = 0;
        int f = firstFloat;
        int h = firstHistogram;
        double lastValue = 0;
        FloatHistogram lastHistogram = null;
        long lastMs = 0;
        long lastStart = 0;
        boolean first = true;
        while (f < w.to || h < w.histogramTo) {
            FloatHistogram histogram = null;
            double value = 0;
            long ms;
            long start;
            if (h >= w.histogramTo || f < w.to && w.times[f] < w.histogramTimes[h]) {
                value = w.values[f];
                ms = w.times[f];
                start = w.start(f++);
            } else {
                histogram = w.histograms[h];
                ms = w.histogramTimes[h];
                start = w.histogramStart(h++);
            }
            if (!first) {
                if (histogram == null && lastHistogram == null) {
                    boolean changed = resets
                            ? value < lastValue || ResetByStart.isReset(lastStart, lastMs, start, ms)
                            : value != lastValue && !(Double.isNaN(value) && Double.isNaN(lastValue));
                    count += changed ? 1 : 0;
                } else if (histogram == null || lastHistogram == null) {
                    count++;
                } else {
                    boolean changed = resets
                            ? ResetByStart.isReset(lastStart, lastMs, start, ms)
                                    || histogram.isResetSince(lastHistogram)
                            : !histogram.sameAs(lastHistogram);
                    count += changed ? 1 : 0;
                }
            }
            first = false;
            lastValue = value;
            lastHistogram = histogram;
            lastMs = ms;
            lastStart = start;
        }
        return count;
    }
}
