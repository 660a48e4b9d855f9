package io.pharos.query.function;

import io.pharos.model.promql.Function;

/// `min_over_time`, `max_over_time` and the times of these. NaN loses against any number.
///
/// The position of the last result is kept while it stays in the window, so that a step mostly looks at new samples
/// only.
final class ExtremeOverTime extends RangeFunction {
    private final Setting setting;
    private final boolean max;
    private final boolean time;
    private int best = -1;
    private int seen;

    ExtremeOverTime(Function function, Setting setting) {
        this.setting = setting;
        max = function == Function.MAX_OVER_TIME || function == Function.TS_OF_MAX_OVER_TIME;
        time = function == Function.TS_OF_MIN_OVER_TIME || function == Function.TS_OF_MAX_OVER_TIME;
    }

    @Override
    public void series(Window w) {
        best = -1;
        seen = 0;
    }

    @Override
    public boolean evaluate(Window w) {
        if (w.to == w.from) {
            return false;
        }
        if (w.histogramTo > w.histogramFrom) {
            setting.notes().ignoredInMixedRange(w.metric.get(), setting.span());
        }
        if (best < w.from || seen > w.to) {
            best = w.from;
            seen = w.from + 1;
        }
        double[] values = w.values;
        double extreme = values[best];
        for (int i = seen; i < w.to; i++) {
            double v = values[i];
            // The first of equal values is kept, except that a time is that of the last.
            boolean better = max ? time ? v >= extreme : v > extreme : time ? v <= extreme : v < extreme;
            if (better || Double.isNaN(extreme)) {
                extreme = v;
                best = i;
            }
        }
        seen = w.to;
        return w.give(time ? w.times[best] / 1000.0 : extreme);
    }
}
