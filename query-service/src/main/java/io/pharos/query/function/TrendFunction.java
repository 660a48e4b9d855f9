package io.pharos.query.function;

import io.pharos.model.promql.Function;
import io.pharos.model.text.GoText;

/// `deriv`, `predict_linear`, `double_exponential_smoothing`: floats only, at least two.
final class TrendFunction extends RangeFunction {
    private final Function function;
    private final Setting setting;
    private double slope;
    private double intercept;

    TrendFunction(Function function, Setting setting) {
        this.function = function;
        this.setting = setting;
    }

    @Override
    public boolean evaluate(Window w) {
        if (function == Function.DOUBLE_EXPONENTIAL_SMOOTHING) {
            check("smoothing", "sf", w.arguments[0]);
            check("trend", "tf", w.arguments[1]);
        }
        int n = w.to - w.from;
        if (w.histogramTo > w.histogramFrom && n > 0) {
            setting.notes().ignoredInMixedRange(w.metric.get(), setting.span());
        }
        if (n < 2) {
            return false;
        }
        switch (function) {
            case DERIV -> {
                regress(w, w.times[w.from]);
                w.give(slope);
            }
            case PREDICT_LINEAR -> {
                regress(w, w.stepMs);
                w.give(slope * w.arguments[0] + intercept);
            }
            default -> w.give(smooth(w, w.arguments[0], w.arguments[1]));
        }
        return true;
    }

    private static void check(String what, String symbol, double factor) {
        if (factor <= 0 || factor >= 1) {
            throw new EvaluationException(
                    "invalid " + what + " factor. Expected: 0 < " + symbol + " < 1, got: " + GoText.fixed(factor, 6));
        }
    }

    private static double smooth(Window w, double smoothing, double trend) {
        double[] v = w.values;
        double before = 0;
        double level = v[w.from];
        double slope = v[w.from + 1] - v[w.from];
        for (int i = w.from + 1; i < w.to; i++) {
            if (i > w.from + 1) {
                slope = trend * (level - before) + (1 - trend) * slope;
            }
            double next = smoothing * v[i] + (1 - smoothing) * (level + slope);
            before = level;
            level = next;
        }
        return level;
    }

    /// Least squares over time in seconds since `originMs`.
    private void regress(Window w, long originMs) {
        double first = w.values[w.from];
        boolean constant = true;
        double n = 0;
        double sumX = 0;
        double owedX = 0;
        double sumY = 0;
        double owedY = 0;
        double sumXy = 0;
        double owedXy = 0;
        double sumX2 = 0;
        double owedX2 = 0;
        for (int i = w.from; i < w.to; i++) {
            double y = w.values[i];
            constant &= i == w.from || y == first;
            n++;
            double x = (w.times[i] - originMs) / 1000.0;
            double total = sumX + x;
            owedX = Kahan.owed(sumX, x, total, owedX);
            sumX = total;
            total = sumY + y;
            owedY = Kahan.owed(sumY, y, total, owedY);
            sumY = total;
            total = sumXy + x * y;
            owedXy = Kahan.owed(sumXy, x * y, total, owedXy);
            sumXy = total;
            total = sumX2 + x * x;
            owedX2 = Kahan.owed(sumX2, x * x, total, owedX2);
            sumX2 = total;
        }
        if (constant) {
            slope = Double.isInfinite(first) ? Double.NaN : 0;
            intercept = Double.isInfinite(first) ? Double.NaN : first;
            return;
        }
        sumX += owedX;
        sumY += owedY;
        sumXy += owedXy;
        sumX2 += owedX2;
        double covariance = sumXy - sumX * sumY / n;
        double variance = sumX2 - sumX * sumX / n;
        slope = covariance / variance;
        intercept = sumY / n - slope * sumX / n;
    }
}
