package io.pharos.query.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoMathTest {
    @Test
    void theLastBitIsThatOfPrometheus() {
        assertThat(GoMath.power(1000, 96)).isEqualTo(1.0000000000000001e288);
        assertThat(GoMath.atan2(1_700_002_520.416, 1639)).isEqualTo(1.5707953626786788);
        assertThat(GoMath.atan2(1_700_002_520.416, 1349)).isEqualTo(1.5707955332666612);
        assertThat(GoMath.atan2(1_700_002_520.416, 1296)).isEqualTo(1.5707955644430855);
    }

    @ParameterizedTest
    @CsvSource({
        "1, NaN, 1",
        "-1, Infinity, 1",
        "NaN, 0, 1",
        "NaN, 1, NaN",
        "0, -3, Infinity",
        "-0.0, -3, -Infinity",
        "-0.0, 0.5, 0",
        "-8, 0.5, NaN",
        "-8, 0.3, NaN",
        "-2, 3, -8",
        "-2, -3, -0.125",
        "2, 0.5, 1.4142135623730951",
        "-Infinity, 0.5, Infinity",
        "-Infinity, 3, -Infinity",
        "10, 400, Infinity",
        "10, -400, 0",
        "2, -1074, 4.9E-324",
        "4.9E-324, 1, 4.9E-324",
        "1e300, 1e300, Infinity",
        "0.5, 1e300, 0"
    })
    void powersOfOddNumbersAreThoseOfIeee(double base, double exponent, double power) {
        assertThat(Double.valueOf(GoMath.power(base, exponent))).isEqualTo(Double.valueOf(power));
    }

    @Test
    void otherwiseTheyDifferFromJavasInTheLastBitsAlone() {
        var random = new Random(1);
        var within = Percentage.withPercentage(1e-11);
        for (int i = 0; i < 100_000; i++) {
            double x = random.nextGaussian() * 20;
            double y = random.nextGaussian() * 20;
            assertThat(GoMath.exp(x)).isCloseTo(Math.exp(x), within);
            assertThat(GoMath.sinh(x)).isCloseTo(Math.sinh(x), within);
            assertThat(GoMath.cosh(x)).isCloseTo(Math.cosh(x), within);
            assertThat(GoMath.atan(x)).isCloseTo(Math.atan(x), within);
            assertThat(GoMath.atan2(x, y)).isCloseTo(Math.atan2(x, y), within);
            assertThat(GoMath.power(Math.abs(x), y)).isCloseTo(Math.pow(Math.abs(x), y), within);
        }
        assertThat(GoMath.exp(0)).isEqualTo(1);
        assertThat(GoMath.exp(-745)).isEqualTo(4.9E-324);
        assertThat(GoMath.exp(710)).isInfinite();
        assertThat(GoMath.exp(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(1 / GoMath.sinh(-0.0)).isEqualTo(Double.NEGATIVE_INFINITY);
    }
}
