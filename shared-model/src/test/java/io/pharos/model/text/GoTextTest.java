package io.pharos.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTextTest {
    @ParameterizedTest
    @CsvSource({
        "1,            1,       1e+00",
        "100000,       100000,  1e+05",
        "1000000,      1e+06,   1e+06",
        "1234567,      1.234567e+06, 1.234567e+06",
        "0.0001,       0.0001,  1e-04",
        "0.00001,      1e-05,   1e-05",
        "-0.0,         -0,      -0e+00",
        "4.9E-324,     5e-324,  5e-324",
        "1.7976931348623157E308, 1.7976931348623157e+308, 1.7976931348623157e+308",
        "Infinity,     +Inf,    +Inf",
        "NaN,          NaN,     NaN"
    })
    void floatsPrintAsInGo(double v, String general, String scientific) {
        assertThat(GoText.general(v)).isEqualTo(general);
        assertThat(GoText.scientific(v)).isEqualTo(scientific);
    }

    @Test
    void sampleValuesOfTheApiUseExponentsOnlyFarOut() {
        assertThat(GoText.json(1e20)).isEqualTo("100000000000000000000");
        assertThat(GoText.json(1e21)).isEqualTo("1e+21");
        assertThat(GoText.json(0.000001)).isEqualTo("0.000001");
        assertThat(GoText.json(0.0000001)).isEqualTo("1e-07");
        assertThat(GoText.plain(0.0000001)).isEqualTo("0.0000001");
        assertThat(GoText.openMetrics(1)).isEqualTo("1.0");
        assertThat(GoText.openMetrics(1e6)).isEqualTo("1e+06");
    }

    @Test
    void everyPrintedFloatReadsBackToTheSameBits() {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            double v = Double.longBitsToDouble(random.nextLong());
            if (Double.isNaN(v) || Double.isInfinite(v)) {
                continue;
            }
            for (String text :
                    new String[] {GoText.general(v), GoText.plain(v), GoText.scientific(v), GoText.json(v)}) {
                assertThat(GoText.parseFloat(text)).as(text).isEqualTo(v);
            }
        }
    }

    @Test
    void onlyWhatGoReadsIsANumber() {
        assertThat(GoText.parseFloat("0x1p-2")).isEqualTo(0.25);
        assertThat(GoText.parseFloat("-Inf")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(GoText.parseFloat("infinity")).isEqualTo(Double.POSITIVE_INFINITY);
        for (String text : new String[] {"", "1f", "1d", " 1", "1_0", "-nan", "e5", "0x", "+-1", "--1"}) {
            assertThatThrownBy(() -> GoText.parseFloat(text)).as(text).hasMessageContaining("invalid syntax");
        }
        assertThatThrownBy(() -> GoText.parseFloat("1e309"))
                .hasMessage("strconv.ParseFloat: parsing \"1e309\": value out of range");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1500, 1.5µs",
        "1500000000, 1.5s",
        "5400000000000, 1h30m0s",
        "-90000000000, -1m30s",
        "61250000000, 1m1.25s"
    })
    void durationsPrintAsInGo(long nanos, String text) {
        assertThat(GoText.duration(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ms",
        "5400000, 1h30m",
        "86400000, 1d",
        "604800000, 1w",
        "691200000, 8d",
        "31536000000, 1y",
        "90061000, 1d1h1m1s"
    })
    void durationsPrintAsInPrometheus(long ms, String text) {
        assertThat(GoText.promDuration(ms)).isEqualTo(text);
    }

    @Test
    void timesPrintWithoutTrailingZeros() {
        assertThat(GoText.rfc3339(Instant.parse("2024-01-02T03:04:05Z"))).isEqualTo("2024-01-02T03:04:05Z");
        assertThat(GoText.rfc3339(Instant.parse("2024-01-02T03:04:05.120Z"))).isEqualTo("2024-01-02T03:04:05.12Z");
    }

    @Test
    void quotesEscapeWhatGoEscapes() {
        assertThat(GoText.quote("a\"\\\n\u0001\u007f\u00a0\u200bé😀"))
                .isEqualTo("\"a\\\"\\\\\\n\\x01\\x7f\\u00a0\\u200bé😀\"");
        assertThat(GoText.quoteRune('\'')).isEqualTo("'\\''");
    }
}
