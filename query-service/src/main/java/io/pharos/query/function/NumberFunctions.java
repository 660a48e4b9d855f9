package io.pharos.query.function;

import io.pharos.model.promql.Function;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
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
            case EXP -> Math::exp;
            case SQRT -> Math::sqrt;
            case LN -> Math::log;
            case LOG2 -> NumberFunctions::log2;
            case LOG10 -> Math::log10;
            case SGN -> v -> v < 0 ? -1 : v > 0 ? 1 : v;
            case DEG -> v -> v * 180 / Math.PI;
            case RAD -> v -> v * Math.PI / 180;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ASIN -> Math::asin;
            case ACOS -> Math::acos;
            case ATAN -> Math::atan;
            case SINH -> Math::sinh;
            case COSH -> Math::cosh;
            case TANH -> Math::tanh;
            case ASINH -> NumberFunctions::asinh;
            case ACOSH -> NumberFunctions::acosh;
            case ATANH -> NumberFunctions::atanh;
            case DAYS_IN_MONTH -> v -> at(v).toLocalDate().lengthOfMonth();
            case DAY_OF_MONTH -> v -> at(v).getDayOfMonth();
            case DAY_OF_WEEK -> v -> weekday(at(v).getDayOfWeek());
            case DAY_OF_YEAR -> v -> at(v).getDayOfYear();
            case HOUR -> v -> at(v).getHour();
            case MINUTE -> v -> at(v).getMinute();
            case MONTH -> v -> at(v).getMonthValue();
            case YEAR -> v -> at(v).getYear();
            default -> null;
        };
    }

    /// Whether it is a date function: without an argument those take the time of the step.
    public static boolean isDate(Function function) {
        return switch (function) {
            case DAYS_IN_MONTH, DAY_OF_MONTH, DAY_OF_WEEK, DAY_OF_YEAR, HOUR, MINUTE, MONTH, YEAR -> true;
            default -> false;
        };
    }

    private static int weekday(DayOfWeek day) {
        return day == DayOfWeek.SUNDAY ? 0 : day.getValue();
    }

    /// Go turns NaN and what no int64 holds into the smallest int64; Java's calendar ends long before.
    private static LocalDateTime at(double seconds) {
        long whole = (long) seconds;
        long within = Math.clamp(
                Double.isNaN(seconds) || seconds >= 0x1p63 ? Long.MIN_VALUE : whole,
                Instant.MIN.getEpochSecond() + 86_400 * 366L,
                Instant.MAX.getEpochSecond() - 86_400 * 366L);
        return LocalDateTime.ofEpochSecond(within, 0, ZoneOffset.UTC);
    }

    private static double log2(double v) {
        if (v > 0 && v < Double.POSITIVE_INFINITY) {
            int exponent = Math.getExponent(v);
            if (exponent >= Double.MIN_EXPONENT) {
                double fraction = Math.scalb(v, -exponent);
                return fraction == 1 ? exponent : exponent + Math.log(fraction) / Math.log(2);
            }
        }
        return Math.log(v) / Math.log(2);
    }

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
