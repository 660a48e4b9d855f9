package io.pharos.query.function;

import io.pharos.model.promql.Function;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Functions of one number: arithmetic, trigonometry, dates.
public final class NumberFunctions {
    private NumberFunctions() {}

    /// The function, or null if it is of another kind.
    public static @Nullable DoubleUnaryOperator of(Function function) {
        return switch (function) {
            case ABS -> Math::abs;
            case CEIL -> Math::ceil;
            case FLOOR -> Math::floor;
            case EXP -> GoMath::exp;
            case SQRT -> Math::sqrt;
            case LN -> Math::log;
            case LOG2 -> NumberFunctions::log2;
            case LOG10 -> v -> log2(v) * (LN2 / LN10);
            case SGN -> v -> v < 0 ? -1 : v > 0 ? 1 : v;
            case DEG -> v -> v * 180 / Math.PI;
            case RAD -> v -> v * Math.PI / 180;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ASIN -> Math::asin;
            case ACOS -> Math::acos;
            case ATAN -> GoMath::atan;
            case SINH -> GoMath::sinh;
            case COSH -> GoMath::cosh;
            case TANH -> Math::tanh;
            case ASINH -> NumberFunctions::asinh;
            case ACOSH -> NumberFunctions::acosh;
            case ATANH -> NumberFunctions::atanh;
            case DAYS_IN_MONTH -> v -> GoDate.of(v).daysInMonth();
            case DAY_OF_MONTH -> v -> GoDate.of(v).day();
            case DAY_OF_WEEK -> v -> GoDate.of(v).dayOfWeek();
            case DAY_OF_YEAR -> v -> GoDate.of(v).dayOfYear();
            case HOUR -> v -> GoDate.of(v).hour();
            case MINUTE -> v -> GoDate.of(v).minute();
            case MONTH -> v -> GoDate.of(v).month();
            case YEAR -> v -> GoDate.of(v).year();
            default -> null;
        };
    }

    /// As Go computes it, digit by digit.
    private static double log2(double v) {
        if (!(v > 0 && v < Double.POSITIVE_INFINITY)) {
            return Math.log(v) * (1 / LN2);
        }
        double normal = v < Double.MIN_NORMAL ? v * 0x1p52 : v;
        int exponent = Math.getExponent(normal) + 1;
        double fraction = Math.scalb(normal, -exponent);
        int shift = v < Double.MIN_NORMAL ? 52 : 0;
        return fraction == 0.5 ? exponent - 1 - shift : Math.log(fraction) * (1 / LN2) + (exponent - shift);
    }

    private static final double LN2 = Math.log(2);
    private static final double LN10 = Math.log(10);

    private static double asinh(double v) {
        if (Double.isNaN(v) || Double.isInfinite(v) || v == 0) {
            return v;
        }
        double x = Math.abs(v);
        double result;
        if (x > 0x1p28) {
            result = Math.log(x) + Math.log(2);
        } else if (x > 2) {
            result = Math.log(2 * x + 1 / (Math.sqrt(x * x + 1) + x));
        } else if (x < 0x1p-28) {
            result = x;
        } else {
            result = Math.log1p(x + x * x / (1 + Math.sqrt(1 + x * x)));
        }
        return Math.copySign(result, v);
    }

    private static double acosh(double v) {
        if (v < 1 || Double.isNaN(v)) {
            return Double.NaN;
        }
        if (v == 1) {
            return 0;
        }
        if (v >= 0x1p28) {
            return Math.log(v) + Math.log(2);
        }
        if (v > 2) {
            return Math.log(2 * v - 1 / (v + Math.sqrt(v * v - 1)));
        }
        double t = v - 1;
        return Math.log1p(t + Math.sqrt(2 * t + t * t));
    }

    private static double atanh(double v) {
        if (v < -1 || v > 1 || Double.isNaN(v)) {
            return Double.NaN;
        }
        double x = Math.abs(v);
        double result;
        if (x == 1) {
            result = Double.POSITIVE_INFINITY;
        } else if (x < 0x1p-28) {
            result = x;
        } else if (x < 0.5) {
            double t = x + x;
            result = 0.5 * Math.log1p(t + t * x / (1 - x));
        } else {
            result = 0.5 * Math.log1p((x + x) / (1 - x));
        }
        return Math.copySign(result, v);
    }

    /// Go's `math.Max`: +Inf wins over NaN.
    public static double max(double a, double b) {
        return a == Double.POSITIVE_INFINITY || b == Double.POSITIVE_INFINITY
                ? Double.POSITIVE_INFINITY
                : Math.max(a, b);
    }

    /// Go's `math.Min`: −Inf wins over NaN.
    public static double min(double a, double b) {
        return a == Double.NEGATIVE_INFINITY || b == Double.NEGATIVE_INFINITY
                ? Double.NEGATIVE_INFINITY
                : Math.min(a, b);
    }
}
