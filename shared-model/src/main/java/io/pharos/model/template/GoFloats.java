package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/// `strconv.FormatFloat` of 64 bits, with every verb and precision. Infinity keeps its sign: `+Inf`.
final class GoFloats {
    private GoFloats() {}

    /// @param precision digits as the verb counts them; negative means as many as it takes
    static String format(double v, char verb, int precision) {
        if (Double.isNaN(v) || Double.isInfinite(v)) {
            return GoText.general(v);
        }
        return switch (verb) {
            case 'f' -> precision < 0 ? GoText.plain(v) : GoText.fixed(v, precision);
            case 'e' -> precision < 0 ? GoText.scientific(v) : scientific(v, precision);
            case 'E' -> format(v, 'e', precision).toUpperCase(Locale.ROOT);
            case 'g' -> precision < 0 ? GoText.general(v) : general(v, precision);
            case 'G' -> format(v, 'g', precision).toUpperCase(Locale.ROOT);
            case 'x' -> hexadecimal(v);
            case 'X' -> hexadecimal(v).toUpperCase(Locale.ROOT);
            case 'b' -> binary(v);
            default -> throw new IllegalArgumentException("bug: no such float verb: " + verb);
        };
    }

    private static String sign(double v) {
        return Double.doubleToRawLongBits(v) < 0 ? "-" : "";
    }

    private static String general(double v, int precision) {
        int digits = Math.max(1, precision);
        BigDecimal rounded = new BigDecimal(Math.abs(v))
                .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        if (rounded.signum() == 0) {
            return sign(v) + "0";
        }
        int exponent = rounded.precision() - rounded.scale() - 1;
        int limit = digits > rounded.precision() && rounded.precision() >= exponent + 1 ? rounded.precision() : digits;
        if (exponent < -4 || exponent >= limit) {
            return sign(v) + withExponent(rounded.unscaledValue().toString(), exponent);
        }
        return sign(v) + rounded.toPlainString();
    }

    private static String scientific(double v, int precision) {
        if (v == 0) {
            return sign(v) + withExponent("0".repeat(precision + 1), 0);
        }
        BigDecimal rounded = new BigDecimal(Math.abs(v)).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        String digits = rounded.unscaledValue().toString();
        return sign(v) + withExponent(digits + "0".repeat(Math.max(0, precision + 1 - digits.length())), exponent);
    }

    private static String withExponent(String digits, int exponent) {
        String mantissa = digits.length() > 1 ? digits.charAt(0) + "." + digits.substring(1) : digits;
        int magnitude = Math.abs(exponent);
        return mantissa + (exponent < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + magnitude;
    }

    private static String hexadecimal(double v) {
        if (v == 0) {
            return sign(v) + "0x0p+00";
        }
        String java = Double.toHexString(Math.abs(v));
        int p = java.indexOf('p');
        String digits = java.substring(0, p).replace(".0", "");
        int power = Integer.parseInt(java.substring(p + 1));
        return sign(v) + digits + (power < 0 ? "p-" : "p+") + (Math.abs(power) < 10 ? "0" : "") + Math.abs(power);
    }

    private static String binary(double v) {
        long bits = Double.doubleToRawLongBits(v);
        long fraction = bits & ((1L << 52) - 1);
        int exponent = (int) (bits >>> 52 & 0x7ff);
        long mantissa = exponent == 0 ? fraction : fraction | 1L << 52;
        int power = (exponent == 0 ? 1 : exponent) - 1023 - 52;
        return sign(v) + mantissa + (power < 0 ? "p-" : "p+") + Math.abs(power);
    }
}
