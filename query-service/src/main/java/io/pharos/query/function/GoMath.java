package io.pharos.query.function;

/// Powers, exponentials and arc tangents as Go computes them on x86-64, to the last bit: `%`, `==` and the reset of a
/// counter make the last bit of a number the first of a result.
public final class GoMath {
    /// Below 2^12, exponents can be doubled without overflow; beyond, the result over- or underflows anyhow.
    private static final int FAR = 1 << 12;

    // Cephes 2.8, atan: x + x³·P(x²)/Q(x²) in [0, 0.66], highest power first.
    private static final double[] ATAN_P = {
        -8.750608600031904122785e-01,
        -1.615753718733365076637e+01,
        -7.500855792314704667340e+01,
        -1.228866684490136173410e+02,
        -6.485021904942025371773e+01
    };
    private static final double[] ATAN_Q = {
        1,
        2.485846490142306297962e+01,
        1.650270098316988542046e+02,
        4.328810604912902668951e+02,
        4.853903996359136964868e+02,
        1.945506571482613964425e+02
    };

    /// What π/2 is more than the nearest double.
    private static final double HALF_PI_REST = 6.123233995736765886130e-17;

    private static final double TAN_3_PI_8 = 2.41421356237309504880;

    // ln 2 in two parts, and 1/8!, 1/7!, … 1/1!.
    private static final double LN2_HIGH = 0.69314718055966295651160180568695068359375;
    private static final double LN2_LOW = 0.28235290563031577122588448175013436025525412068e-12;
    private static final double[] INVERSE_FACTORIALS = {
        2.4801587301587301587e-5,
        1.9841269841269841270e-4,
        1.3888888888888888889e-3,
        8.3333333333333333333e-3,
        4.1666666666666666667e-2,
        1.6666666666666666667e-1,
        0.5,
        1
    };

    // Hart & Cheney 2029, sinh in [0, 0.5], highest power first.
    private static final double[] SINH_P = {
        -0.2630563213397497062819489e+2,
        -0.2894211355989563807284660366e+4,
        -0.8991272022039509355398013511e+5,
        -0.6307673640497716991184787251e+6
    };
    private static final double[] SINH_Q = {
        1, -0.173678953558233699533450911e+3, 0.1521517378790019070696485176e+5, -0.6307673640497716991212077277e+6
    };

    private GoMath() {}

    /// e^x: 2^k times e^(r/16)^16, where k is whole and r between −½ ln 2 and ½ ln 2.
    public static double exp(double x) {
        if (!(Math.abs(x) < 746)) {
            return Math.exp(x);
        }
        double whole = Math.rint(x * 1.4426950408889634073599246810018920);
        double rest = Math.fma(-whole, LN2_LOW, Math.fma(-whole, LN2_HIGH, x)) * 0.0625;
        double series = INVERSE_FACTORIALS[0];
        for (int i = 1; i < INVERSE_FACTORIALS.length; i++) {
            series = Math.fma(series, rest, INVERSE_FACTORIALS[i]);
        }
        // e^t − 1, squared four times: (1 + d)² = 1 + d (d + 2)
        double less = rest * series;
        for (int i = 0; i < 3; i++) {
            less *= less + 2;
        }
        return Math.scalb(Math.fma(less, less + 2, 1), (int) whole);
    }

    public static double sinh(double x) {
        double distance = Math.abs(x);
        double result;
        if (distance > 21) {
            result = exp(distance) / 2;
        } else if (distance > 0.5) {
            result = (exp(distance) - exp(-distance)) / 2;
        } else {
            double square = x * x;
            result = polynomial(SINH_P, square) * distance / polynomial(SINH_Q, square);
        }
        return x < 0 ? -result : x == 0 ? x : result;
    }

    public static double cosh(double x) {
        double distance = Math.abs(x);
        return distance > 21 ? exp(distance) / 2 : (exp(distance) + exp(-distance)) / 2;
    }

    /// `base` to the power of `exponent`: the whole part by squaring, the rest by logarithm.
    public static double power(double base, double exponent) {
        if (exponent == 0 || base == 1 || base == -1 && Double.isInfinite(exponent)) {
            // Java makes some of these NaN.
            return 1;
        }
        if (exponent == 0.5) {
            return base == Double.NEGATIVE_INFINITY ? Double.POSITIVE_INFINITY : Math.sqrt(base) + 0.0;
        }
        double distance = Math.abs(exponent);
        double whole = Math.floor(distance);
        double rest = distance - whole;
        boolean special = base == 0 || !Double.isFinite(base) || !Double.isFinite(exponent) || whole >= 0x1p63;
        if (special || rest != 0 && base < 0) {
            return Math.pow(base, exponent);
        }
        if (exponent == -0.5) {
            return 1 / Math.sqrt(base);
        }
        if (rest > 0.5) {
            rest--;
            whole++;
        }
        double product = rest == 0 ? 1 : exp(rest * Math.log(base));
        return scaled(product, base, (long) whole, exponent < 0);
    }

    /// `product · base^times`, or one divided by it.
    private static double scaled(double product, double base, long times, boolean inverse) {
        int shift = base < Double.MIN_NORMAL && base > -Double.MIN_NORMAL ? 54 : 0;
        double normal = shift == 0 ? base : base * 0x1p54;
        int exponent = Math.getExponent(normal) + 1;
        double fraction = Math.scalb(normal, -exponent);
        exponent -= shift;
        int total = 0;
        for (long left = times; left != 0; left >>= 1) {
            if (exponent < -FAR || exponent > FAR) {
                total += exponent;
                break;
            }
            if ((left & 1) != 0) {
                product *= fraction;
                total += exponent;
            }
            fraction *= fraction;
            exponent <<= 1;
            if (fraction < 0.5) {
                fraction += fraction;
                exponent--;
            }
        }
        return inverse ? Math.scalb(1 / product, -total) : Math.scalb(product, total);
    }

    public static double atan(double x) {
        return x == 0 ? x : x < 0 ? -atanOfPositive(-x) : atanOfPositive(x);
    }

    public static double atan2(double y, double x) {
        if (y == 0 || x == 0 || !Double.isFinite(x) || !Double.isFinite(y)) {
            return Math.atan2(y, x);
        }
        double angle = atan(y / x);
        return x > 0 ? angle : angle <= 0 ? angle + Math.PI : angle - Math.PI;
    }

    private static double atanOfPositive(double x) {
        if (x <= 0.66) {
            return series(x);
        }
        return x > TAN_3_PI_8
                ? Math.PI / 2 - series(1 / x) + HALF_PI_REST
                : Math.PI / 4 + series((x - 1) / (x + 1)) + 0.5 * HALF_PI_REST;
    }

    private static double series(double x) {
        double square = x * x;
        return x * (square * polynomial(ATAN_P, square) / polynomial(ATAN_Q, square)) + x;
    }

    private static double polynomial(double[] coefficients, double x) {
        double sum = coefficients[0];
        for (int i = 1; i < coefficients.length; i++) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }
}
