package io.pharos.query.function;

import io.pharos.model.promql.Function;

/// `quantile_over_time`, `mad_over_time`, `stddev_over_time`, `stdvar_over_time`: floats only.
final class SpreadOverTime extends RangeFunction {
    private final Function function;
    private final Setting setting;
    private double[] scratch = new double[64];

    SpreadOverTime(Function function, Setting setting) {
        this.function = function;
        this.setting = setting;
    }

    @Override
    public boolean evaluate(Window w) {
        if (w.to == w.from) {
            return false;
        }
        if (function == Function.QUANTILE_OVER_TIME) {
            double q = w.arguments[0];
            if (Double.isNaN(q) || q < 0 || q > 1) {
                setting.notes().invalidQuantile(q, setting.span());
            }
        }
        if (w.histogramTo > w.histogramFrom) {
            setting.notes().ignoredInMixedRange(w.metric.get(), setting.span());
        }
        return w.give(
                switch (function) {
                    case QUANTILE_OVER_TIME -> quantile(w);
                    case MAD_OVER_TIME -> medianDeviation(w);
                    case STDVAR_OVER_TIME -> variance(w);
                    case STDDEV_OVER_TIME -> Math.sqrt(variance(w));
                    default -> throw new IllegalStateException("bug: " + function.text() + " measures no spread");
                });
    }

    private int copy(Window w) {
        int n = w.to - w.from;
        if (scratch.length < n) {
            scratch = new double[n * 2];
        }
        System.arraycopy(w.values, w.from, scratch, 0, n);
        return n;
    }

    private double quantile(Window w) {
        int n = copy(w);
        return Quantiles.quantile(w.arguments[0], scratch, n);
    }

    private double medianDeviation(Window w) {
        int n = copy(w);
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(scratch[i])) {
                return Double.NaN;
            }
        }
        double median = Quantiles.quantile(0.5, scratch, n);
        for (int i = 0; i < n; i++) {
            scratch[i] = Math.abs(scratch[i] - median);
        }
        return Quantiles.quantile(0.5, scratch, n);
    }

    private static double variance(Window w) {
        double count = 0;
        double mean = 0;
        double meanOwed = 0;
        double aux = 0;
        double auxOwed = 0;
        for (int i = w.from; i < w.to; i++) {
            double v = w.values[i];
            count++;
            double delta = v - (mean + meanOwed);
            double more = delta / count;
            double total = mean + more;
            meanOwed = Kahan.owed(mean, more, total, meanOwed);
            mean = total;
            more = delta * (v - (mean + meanOwed));
            total = aux + more;
            auxOwed = Kahan.owed(aux, more, total, auxOwed);
            aux = total;
        }
        return (aux + auxOwed) / count;
    }
}
