package io.pharos.query.function;

import io.pharos.model.promql.Function;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.promql.Span;

/// A function of a range vector, for one series at a time. Stateful; one object a thread.
public abstract class RangeFunction {
    /// What a function is told once.
    ///
    /// @param rangeMs length of the range
    /// @param span of the first argument, and `allSpan` of all arguments together, for annotations
    public record Setting(long rangeMs, RangeMode mode, Span span, Span allSpan, Notes notes) {}

    /// A new series begins; its columns stand in `window`.
    public void series(Window window) {}

    /// Evaluates one step whose window holds at least one sample; the result goes into the window.
    /// Returns whether there is one.
    public abstract boolean evaluate(Window window);

    /// Whether start timestamps matter to the function.
    public static boolean usesStarts(Function function) {
        return switch (function) {
            case RATE, IRATE, INCREASE, RESETS -> true;
            default -> false;
        };
    }

    /// Whether the result's series keep their name.
    public static boolean keepsName(Function function) {
        return function == Function.LAST_OVER_TIME || function == Function.FIRST_OVER_TIME;
    }

    public static RangeFunction of(Function function, Setting setting) {
        return switch (function) {
            case RATE -> new RateFunction(setting, true, true);
            case INCREASE -> new RateFunction(setting, true, false);
            case DELTA -> new RateFunction(setting, false, false);
            case IRATE -> new LastTwoFunction(setting, true);
            case IDELTA -> new LastTwoFunction(setting, false);
            case RESETS -> new ChangeFunction(setting, true);
            case CHANGES -> new ChangeFunction(setting, false);
            case DERIV, PREDICT_LINEAR, DOUBLE_EXPONENTIAL_SMOOTHING -> new TrendFunction(function, setting);
            case SUM_OVER_TIME, AVG_OVER_TIME -> new SumOverTime(setting, function == Function.AVG_OVER_TIME);
            case MIN_OVER_TIME, MAX_OVER_TIME, TS_OF_MIN_OVER_TIME, TS_OF_MAX_OVER_TIME ->
                new ExtremeOverTime(function, setting);
            case QUANTILE_OVER_TIME, MAD_OVER_TIME, STDDEV_OVER_TIME, STDVAR_OVER_TIME ->
                new SpreadOverTime(function, setting);
            case COUNT_OVER_TIME,
                    PRESENT_OVER_TIME,
                    ABSENT_OVER_TIME,
                    LAST_OVER_TIME,
                    FIRST_OVER_TIME,
                    TS_OF_FIRST_OVER_TIME,
                    TS_OF_LAST_OVER_TIME -> new PlaceOverTime(function);
            default -> throw new IllegalArgumentException("bug: " + function.text() + " takes no range vector");
        };
    }
}
