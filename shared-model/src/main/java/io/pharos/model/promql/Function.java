package io.pharos.model.promql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The functions of PromQL with their signatures (`promql/parser/functions.go` of Prometheus 3.14).
///
/// `variadic`: 0 takes exactly the arguments given; n > 0 lets the last one be left out or stand up to n times; −1 any
/// number of times.
public enum Function {
    ABS(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    ABSENT(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    ABSENT_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    ACOS(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    ACOSH(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    ASIN(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    ASINH(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    ATAN(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    ATANH(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    AVG_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    CEIL(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    CHANGES(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    CLAMP(ValueType.VECTOR, 0, false, ValueType.VECTOR, ValueType.SCALAR, ValueType.SCALAR),
    CLAMP_MAX(ValueType.VECTOR, 0, false, ValueType.VECTOR, ValueType.SCALAR),
    CLAMP_MIN(ValueType.VECTOR, 0, false, ValueType.VECTOR, ValueType.SCALAR),
    COS(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    COSH(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    COUNT_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    DAY_OF_MONTH(ValueType.VECTOR, 1, false, ValueType.VECTOR),
    DAY_OF_WEEK(ValueType.VECTOR, 1, false, ValueType.VECTOR),
    DAY_OF_YEAR(ValueType.VECTOR, 1, false, ValueType.VECTOR),
    DAYS_IN_MONTH(ValueType.VECTOR, 1, false, ValueType.VECTOR),
    DEG(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    DELTA(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    DERIV(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    DOUBLE_EXPONENTIAL_SMOOTHING(ValueType.VECTOR, 0, true, ValueType.MATRIX, ValueType.SCALAR, ValueType.SCALAR),
    END(ValueType.SCALAR, 0, true),
    EXP(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    FIRST_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    FLOOR(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    HISTOGRAM_AVG(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    HISTOGRAM_COUNT(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    HISTOGRAM_FRACTION(ValueType.VECTOR, 0, false, ValueType.SCALAR, ValueType.SCALAR, ValueType.VECTOR),
    HISTOGRAM_QUANTILE(ValueType.VECTOR, 0, false, ValueType.SCALAR, ValueType.VECTOR),
    HISTOGRAM_QUANTILES(
            ValueType.VECTOR, 9, true, ValueType.VECTOR, ValueType.STRING, ValueType.SCALAR, ValueType.SCALAR),
    HISTOGRAM_STDDEV(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    HISTOGRAM_STDVAR(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    HISTOGRAM_SUM(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    HOUR(ValueType.VECTOR, 1, false, ValueType.VECTOR),
    IDELTA(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    INCREASE(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    INFO(ValueType.VECTOR, 1, true, ValueType.VECTOR, ValueType.VECTOR),
    IRATE(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    LABEL_JOIN(ValueType.VECTOR, -1, false, ValueType.VECTOR, ValueType.STRING, ValueType.STRING, ValueType.STRING),
    LABEL_REPLACE(
            ValueType.VECTOR,
            0,
            false,
            ValueType.VECTOR,
            ValueType.STRING,
            ValueType.STRING,
            ValueType.STRING,
            ValueType.STRING),
    LAST_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    LN(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    LOG10(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    LOG2(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    MAD_OVER_TIME(ValueType.VECTOR, 0, true, ValueType.MATRIX),
    MAX_OF(ValueType.SCALAR, 0, true, ValueType.SCALAR, ValueType.SCALAR),
    MAX_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    MIN_OF(ValueType.SCALAR, 0, true, ValueType.SCALAR, ValueType.SCALAR),
    MIN_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    MINUTE(ValueType.VECTOR, 1, false, ValueType.VECTOR),
    MONTH(ValueType.VECTOR, 1, false, ValueType.VECTOR),
    PI(ValueType.SCALAR, 0, false),
    PREDICT_LINEAR(ValueType.VECTOR, 0, false, ValueType.MATRIX, ValueType.SCALAR),
    PRESENT_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    QUANTILE_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.SCALAR, ValueType.MATRIX),
    RAD(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    RANGE(ValueType.SCALAR, 0, true),
    RATE(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    RESETS(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    ROUND(ValueType.VECTOR, 1, false, ValueType.VECTOR, ValueType.SCALAR),
    SCALAR(ValueType.SCALAR, 0, false, ValueType.VECTOR),
    SGN(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    SIN(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    SINH(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    SORT(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    SORT_BY_LABEL(ValueType.VECTOR, -1, true, ValueType.VECTOR, ValueType.STRING),
    SORT_BY_LABEL_DESC(ValueType.VECTOR, -1, true, ValueType.VECTOR, ValueType.STRING),
    SORT_DESC(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    SQRT(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    START(ValueType.SCALAR, 0, true),
    START_TIMESTAMP(ValueType.VECTOR, 0, true, ValueType.VECTOR),
    STDDEV_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    STDVAR_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    STEP(ValueType.SCALAR, 0, true),
    SUM_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    TAN(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    TANH(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    TIME(ValueType.SCALAR, 0, false),
    TIMESTAMP(ValueType.VECTOR, 0, false, ValueType.VECTOR),
    TS_OF_FIRST_OVER_TIME(ValueType.VECTOR, 0, false, ValueType.MATRIX),
    TS_OF_LAST_OVER_TIME(ValueType.VECTOR, 0, true, ValueType.MATRIX),
    TS_OF_MAX_OVER_TIME(ValueType.VECTOR, 0, true, ValueType.MATRIX),
    TS_OF_MIN_OVER_TIME(ValueType.VECTOR, 0, true, ValueType.MATRIX),
    VECTOR(ValueType.VECTOR, 0, false, ValueType.SCALAR),
    YEAR(ValueType.VECTOR, 1, false, ValueType.VECTOR);

    private static final Map<String, Function> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Function::text, f -> f));

    private final ValueType returns;
    private final int variadic;
    private final boolean experimental;
    private final List<ValueType> arguments;

    Function(ValueType returns, int variadic, boolean experimental, ValueType... arguments) {
        this.returns = returns;
        this.variadic = variadic;
        this.experimental = experimental;
        this.arguments = List.of(arguments);
    }

    public static Optional<Function> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /// The name in PromQL.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public ValueType returns() {
        return returns;
    }

    public List<ValueType> arguments() {
        return arguments;
    }

    public int variadic() {
        return variadic;
    }

    /// Whether it needs `--enable-feature=promql-experimental-functions`.
    public boolean isExperimental() {
        return experimental;
    }
}
