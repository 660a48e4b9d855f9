package io.pharos.query.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class NameScoreTest {
    @Test
    void aStartScoresBestAndASubsequenceLessTheMoreGapsItHas() {
        assertThat(subsequence("up").of("up")).isEqualTo(1);
        assertThat(subsequence("up").of("uptime")).isEqualTo(1);
        double together = subsequence("time").of("uptime");
        double apart = subsequence("tie").of("uptime");
        assertThat(together).isBetween(0.5, 0.999);
        assertThat(apart).isPositive().isLessThan(together);
        assertThat(subsequence("emit").of("uptime")).isNegative();
        assertThat(subsequence("UP").of("up")).isNegative();
    }

    @Test
    void theFormulaIsThatOfPrometheus() {
        // One run of 4 behind a gap of 2: (4² − 2/6) / 4² · 0.999.
        assertThat(NameScore.subsequence("time", "uptime")).isCloseTo((16 - 2 / 6.0) / 16 * 0.999, within(1e-12));
        // Runs of 2 and 1, a gap of 2 before, one of 1 within, none behind.
        assertThat(NameScore.subsequence("tie", "uptixe"))
                .isCloseTo((4 + 1 - 2 / 6.0 - 1 / 6.0) / 9 * 0.999, within(1e-12));
        assertThat(NameScore.jaroWinkler("MARTHA", "MARHTA")).isCloseTo(0.9611, within(1e-4));
        assertThat(NameScore.jaroWinkler("DIXON", "DICKSONX")).isCloseTo(0.8133, within(1e-4));
        assertThat(NameScore.jaroWinkler("abc", "xyz")).isZero();
    }

    @Test
    void jaroWinklerTakesPartsFirstAndSimilarNamesAboveTheThreshold() {
        assertThat(jaroWinkler("total", 0.8).of("requests_total")).isCloseTo(0.1, within(1e-12));
        assertThat(jaroWinkler("reqest_total", 0.9).of("request_total")).isGreaterThan(0.9);
        assertThat(jaroWinkler("reqest_total", 0.9).of("up")).isNegative();
        assertThat(jaroWinkler("reqest_total", 0).of("request_total")).isNegative();
    }

    @Test
    void anyTermMayMatchAndNoneMatchesEverything() {
        assertThat(new NameScore(List.of("a", "b"), NameScore.Algorithm.SUBSEQUENCE, 0, true).of("bx"))
                .isEqualTo(1);
        assertThat(new NameScore(List.of(""), NameScore.Algorithm.SUBSEQUENCE, 0, true).of("bx"))
                .isEqualTo(1);
    }

    private static NameScore subsequence(String term) {
        return new NameScore(List.of(term), NameScore.Algorithm.SUBSEQUENCE, 0, true);
    }

    private static NameScore jaroWinkler(String term, double threshold) {
        return new NameScore(List.of(term), NameScore.Algorithm.JARO_WINKLER, threshold, true);
    }
}
