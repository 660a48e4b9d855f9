package io.pharos.storage.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeadTest {
    private static final long T = 1_700_000_000_000L;
    private static final Labels A = Labels.of("__name__", "a");

    private boolean diskFull;
    private Head head = new Head(new HeadLimits(0, 10, HeadLimits.SeriesLimits.ofMost(3)), this::log);

    private void log(byte[] record, int length) throws IOException {
        if (diskFull) {
            throw new IOException("No space left on device");
        }
    }

    @AfterEach
    void close() {
        head.close();
    }

    private Appended append(Labels labels, long ms, double value) throws IOException {
        var batch = new SampleBatch();
        batch.reset(_ -> labels);
        batch.addFloat(0, ms, value);
        return head.append(batch, OnReject.KEEP_REST);
    }

    private static Histogram histogram(long count) {
        return new Histogram(
                CounterResetHint.UNKNOWN,
                0,
                0,
                0,
                count,
                1,
                new BucketSpan[] {new BucketSpan(0, 1)},
                new long[] {count},
                new BucketSpan[0],
                new long[0],
                new double[0]);
    }

    private Appended append(long ms, Histogram histogram) throws IOException {
        var batch = new SampleBatch();
        batch.reset(_ -> A);
        batch.addHistogram(0, ms, histogram);
        return head.append(batch, OnReject.KEEP_REST);
    }

    private int samples() {
        var buffer = new SampleBuffer();
        try (HeadSelection set = head.select(TimeRange.ALL, List.of())) {
            for (int i = 0; i < set.size(); i++) {
                set.read(i, Long.MIN_VALUE, Long.MAX_VALUE, buffer);
            }
        }
        return buffer.floats() + buffer.histogramCount();
    }

    @Test
    void whatTheLogCannotTakeIsNotStored() throws IOException {
        append(A, T, 1);
        diskFull = true;
        assertThatThrownBy(() -> append(A, T + 1, 2)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> append(Labels.of("__name__", "b"), T + 1, 2)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> append(T + 1, histogram(5))).isInstanceOf(IOException.class);
        assertThat(samples()).isEqualTo(1);
        assertThat(head.seriesCount()).isEqualTo(1);
        diskFull = false;
        assertThat(append(A, T + 1, 3).stored()).isEqualTo(1);
        assertThat(samples()).isEqualTo(2);
    }

    @Test
    void newSeriesOverTheLimitAreRefusedAndKnownOnesGoOn() throws IOException {
        for (int i = 0; i < 3; i++) {
            append(Labels.of("__name__", "m" + i), T, 1);
        }
        Appended refused = append(Labels.of("__name__", "m3"), T, 1);
        assertThat(refused.rejected()).singleElement().satisfies(r -> assertThat(r.reason())
                .isEqualTo(RejectReason.LIMIT));
        assertThat(append(Labels.of("__name__", "m1"), T + 1, 1).stored()).isEqualTo(1);
    }

    @Test
    void histogramsAndFloatsOfOneTimeAreDuplicates() throws IOException {
        append(T, histogram(3));
        assertThat(append(T, histogram(3)).rejected()).isEmpty();
        assertThat(append(T, histogram(4)).rejected().getFirst().text()).isEqualTo("duplicate sample for timestamp");
        assertThat(append(A, T, 7).rejected().getFirst().text())
                .isEqualTo(
                        "duplicate sample for timestamp 1700000000000; overrides not allowed: existing is a histogram, new value 7");
        assertThat(append(A, T + 1, 7).stored()).isEqualTo(1);
        assertThat(append(T + 2, histogram(9)).stored()).isEqualTo(1);
        assertThat(samples()).isEqualTo(3);
    }

    @Test
    void anInvalidHistogramIsRefusedInPrometheusWords() throws IOException {
        Histogram wrong = new Histogram(
                CounterResetHint.UNKNOWN,
                0,
                0,
                0,
                7,
                1,
                new BucketSpan[] {new BucketSpan(0, 1)},
                new long[] {3},
                new BucketSpan[0],
                new long[0],
                new double[0]);
        assertThat(append(T, wrong).rejected().getFirst().text())
                .isEqualTo(
                        "3 observations found in buckets, but the Count field is 7: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)");
    }

    @Test
    void exemplarsAreJudgedByTheNewestOfTheirSeries() throws IOException {
        Appended first = exemplar(T, 1, 10);
        assertThat(first.exemplarsStored()).isEqualTo(1);
        Appended same = exemplar(T + 1, 1, 10);
        assertThat(same.exemplarsStored()).isZero();
        assertThat(same.rejectedExemplars()).isEmpty();
        assertThat(exemplar(T + 2, 1, 5).rejectedExemplars().getFirst().text()).isEqualTo("out of order exemplar");
        assertThat(head.exemplars(TimeRange.ALL, _ -> true).get(A)).hasSize(1);
    }

    private Appended exemplar(long ms, double value, long exemplarMs) throws IOException {
        var batch = new SampleBatch();
        batch.reset(_ -> A);
        int row = batch.addFloat(0, ms, value);
        batch.addExemplar(row, new Exemplar(Labels.of("trace_id", "x"), 3, exemplarMs));
        return head.append(batch, OnReject.KEEP_REST);
    }
}
