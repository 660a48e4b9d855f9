package io.pharos.query.function;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;

/// `irate` and `idelta`: the difference of the last two samples.
final class LastTwoFunction extends RangeFunction {
    private final Setting setting;
    private final boolean rate;

    LastTwoFunction(Setting setting, boolean rate) {
        this.setting = setting;
        this.rate = rate;
    }

    @Override
    public boolean evaluate(Window w) {
        if (w.size() < 2) {
            return false;
        }
        int f = w.to - 1;
        int h = w.histogramTo - 1;
        boolean lastIsFloat = isFloat(w, f, h);
        int last = lastIsFloat ? f-- : h--;
        boolean previousIsFloat = isFloat(w, f, h);
        int previous = previousIsFloat ? f : h;
        if (lastIsFloat != previousIsFloat) {
            long lastMs = lastIsFloat ? w.times[last] : w.histogramTimes[last];
            long previousMs = previousIsFloat ? w.times[previous] : w.histogramTimes[previous];
            if (lastMs != previousMs) {
                setting.notes().mixedFloatsHistograms(w.metric.get(), setting.allSpan());
            }
            return false;
        }
        return lastIsFloat ? floats(w, previous, last) : histograms(w, previous, last);
    }

    private static boolean isFloat(Window w, int f, int h) {
        return h < w.histogramFrom || f >= w.from && w.times[f] > w.histogramTimes[h];
    }

    private boolean floats(Window w, int previous, int last) {
        long interval = w.times[last] - w.times[previous];
        if (interval == 0) {
            return false;
        }
        double value = w.values[last];
        boolean reset = rate
                && (value < w.values[previous]
                        || ResetByStart.isReset(w.start(previous), w.times[previous], w.start(last), w.times[last]));
        if (!reset) {
            value -= w.values[previous];
        }
        return w.give(rate ? value / (interval / 1000.0) : value);
    }

    private boolean histograms(Window w, int previous, int last) {
        long interval = w.histogramTimes[last] - w.histogramTimes[previous];
        if (interval == 0) {
            return false;
        }
        FloatHistogram a = w.histograms[previous];
        FloatHistogram b = w.histograms[last];
        boolean bothGauges = a.hint() == CounterResetHint.GAUGE && b.hint() == CounterResetHint.GAUGE;
        boolean oneGauge = a.hint() == CounterResetHint.GAUGE || b.hint() == CounterResetHint.GAUGE;
        if (rate && oneGauge) {
            setting.notes().notACounterHistogram(w.metric.get(), setting.allSpan());
        }
        if (!rate && !bothGauges) {
            setting.notes().notAGaugeHistogram(w.metric.get(), setting.allSpan());
        }
        FloatHistogram result = b;
        boolean reset = rate
                && (ResetByStart.isReset(
                                w.histogramStart(previous),
                                w.histogramTimes[previous],
                                w.histogramStart(last),
                                w.histogramTimes[last])
                        || b.isResetSince(a));
        if (!reset) {
            FloatHistogram.Combination difference = b.minus(a);
            if (difference == null) {
                setting.notes().mixedBuckets(w.metric.get(), setting.allSpan());
                return false;
            }
            if (difference.boundsReconciled()) {
                setting.notes().reconciledBounds("subtraction", setting.allSpan());
            }
            result = difference.histogram();
        }
        result = result.withHint(CounterResetHint.GAUGE).compact();
        return w.give(rate ? result.dividedBy(interval / 1000.0) : result);
    }
}
