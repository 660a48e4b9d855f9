package io.pharos.scraper.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import org.junit.jupiter.api.Test;

class HistogramLimitsTest {
    /// Buckets −1, 0, 2, 3 with 1, 3, 2, 4 observations.
    private static Histogram histogram(int schema) {
        return new Histogram(
                CounterResetHint.UNKNOWN,
                schema,
                0.001,
                1,
                11,
                7,
                new BucketSpan[] {new BucketSpan(-1, 2), new BucketSpan(1, 2)},
                new long[] {1, 2, -1, 2},
                new BucketSpan[0],
                new long[0],
                new double[0]);
    }

    @Test
    void bucketsAreMergedUntilTheyFit() {
        var reduced = (Histogram) HistogramLimits.toLimit(histogram(2), 3);
        // −1 and 0 become 0; 2 becomes 1; 3 becomes 2.
        assertThat(reduced.schema()).isEqualTo(1);
        assertThat(reduced.positiveSpans()).containsExactly(new BucketSpan(0, 3));
        assertThat(reduced.positiveDeltas()).containsExactly(4, -2, 2);
        assertThat(HistogramLimits.toLimit(histogram(2), 4)).isEqualTo(histogram(2));
    }

    @Test
    void whatCannotBeMadeToFitIsNone() {
        assertThat(HistogramLimits.toLimit(histogram(-4), 1)).isNull();
        assertThat(HistogramLimits.toLimit(histogram(NativeHistogram.CUSTOM_BUCKETS_SCHEMA), 1))
                .isNull();
    }

    @Test
    void aFactorNamesTheFinestSchema() {
        assertThat(HistogramLimits.schemaOf(4)).isEqualTo(-1);
        assertThat(HistogramLimits.schemaOf(2)).isZero();
        assertThat(HistogramLimits.schemaOf(1.1)).isEqualTo(2);
        assertThat(HistogramLimits.schemaOf(1)).isEqualTo(8);
        assertThat(HistogramLimits.schemaOf(1e30)).isEqualTo(-4);
        assertThat(HistogramLimits.toFactor(histogram(2), 4).schema()).isEqualTo(-1);
    }
}
