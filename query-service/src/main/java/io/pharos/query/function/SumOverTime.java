package io.pharos.query.function;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.HistogramSum;

/// `sum_over_time` and `avg_over_time`, with Kahan summation. The average goes over to an incremental mean once the sum
/// would overflow.
final class SumOverTime extends RangeFunction {
    private final Setting setting;
    private final boolean average;

    SumOverTime(Setting setting, boolean average) {
        this.setting = setting;
        this.average = average;
    }

    @Override
    public boolean evaluate(Window w) {
        if (w.mixed()) {
            setting.notes().mixedFloatsHistograms(w.metric.get(), setting.span());
            return false;
        }
        if (w.to == w.from) {
            return histograms(w);
        }
        return w.give(average ? average(w.values, w.from, w.to) : sum(w.values, w.from, w.to));
    }

    static double sum(double[] values, int from, int to) {
        double sum = 0;
        double owed = 0;
        for (int i = from; i < to; i++) {
            double v = values[i];
            double total = sum + v;
            owed = Kahan.owed(sum, v, total, owed);
            sum = total;
        }
        return Double.isInfinite(sum) ? sum : sum + owed;
    }

    static double average(double[] values, int from, int to) {
        double sum = values[from];
        double owed = 0;
        for (int i = from + 1; i < to; i++) {
            double v = values[i];
            double total = sum + v;
            if (Double.isInfinite(total)) {
                return incrementalAverage(values, from, i, to, sum, owed);
            }
            owed = Kahan.owed(sum, v, total, owed);
            sum = total;
        }
        double count = to - from;
        return sum / count + owed / count;
    }

    private static double incrementalAverage(double[] values, int from, int at, int to, double sum, double owedSum) {
        double mean = sum / (at - from);
        double owed = owedSum / (at - from);
        for (int i = at; i < to; i++) {
            double count = i - from + 1;
            double share = (count - 1) / count;
            double scaled = share * mean;
            double more = values[i] / count;
            double total = scaled + more;
            owed = Kahan.owed(scaled, more, total, share * owed);
            mean = total;
        }
        return mean + owed;
    }

    private boolean histograms(Window w) {
        FloatHistogram first = w.histograms[w.histogramFrom];
        HistogramSum sum = average ? HistogramSum.mean(first) : HistogramSum.sum(first);
        boolean reset = first.hint() == CounterResetHint.RESET;
        boolean noReset = first.hint() == CounterResetHint.NOT_RESET;
        boolean reconciled = false;
        for (int i = w.histogramFrom + 1; i < w.histogramTo; i++) {
            FloatHistogram h = w.histograms[i];
            reset |= h.hint() == CounterResetHint.RESET;
            noReset |= h.hint() == CounterResetHint.NOT_RESET;
            int flags = sum.add(h);
            if ((flags & HistogramSum.INCOMPATIBLE) != 0) {
                setting.notes().mixedBuckets(w.metric.get(), setting.span());
                return false;
            }
            reconciled |= (flags & HistogramSum.BOUNDS_RECONCILED) != 0;
        }
        if (reset && noReset) {
            setting.notes().resetCollision("aggregation", setting.span());
        }
        if (reconciled) {
            setting.notes().reconciledBounds("aggregation", setting.span());
        }
        return w.give(sum.result());
    }
}
