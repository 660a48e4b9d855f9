package io.pharos.scraper.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScrapeTicksTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    @Test
    void aScrapeThatIsHardlyLateGetsTheTimeOfTheGrid() {
        var ticks = ticks(true);
        assertThat(ticks.sampleTime(100 * SECOND)).isEqualTo(100 * SECOND);
        assertThat(ticks.sampleTime(101 * SECOND + 2 * MS)).isEqualTo(101 * SECOND);
        assertThat(ticks.sampleTime(102 * SECOND + 3 * MS)).isEqualTo(102 * SECOND + 3 * MS);
        assertThat(ticks.sampleTime(110 * SECOND + MS)).isEqualTo(110 * SECOND);
    }

    @Test
    void timesMayBeLeftAsTheyAre() {
        assertThat(ticks(false).sampleTime(101 * SECOND + MS)).isEqualTo(101 * SECOND + MS);
    }

    @Test
    void ticksThatPassDuringAScrapeAreSkippedButOne() {
        var ticks = ticks(true);
        assertThat(ticks.waitAfter(SECOND / 4)).isEqualTo(3 * SECOND / 4);
        assertThat(ticks.waitAfter(5 * SECOND / 4)).isEqualTo(3 * SECOND / 4);
        assertThat(ticks.waitAfter(21 * SECOND / 4)).isZero();
        assertThat(ticks.waitAfter(22 * SECOND / 4)).isEqualTo(SECOND / 2);
    }

    private static ScrapeTicks ticks(boolean adjust) {
        var ticks = new ScrapeTicks(SECOND, adjust, 2 * MS);
        ticks.begin(100 * SECOND, 0);
        return ticks;
    }
}
