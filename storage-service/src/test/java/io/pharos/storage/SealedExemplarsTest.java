package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.HeadLimits;
import io.pharos.storage.head.HeadLimits.SeriesLimits;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exemplars outlive their place in the head.
class SealedExemplarsTest {
    private static final long T = 1_700_000_000_000L;

    @TempDir
    Path folder;

    private TimeSeriesStore open() {
        return TimeSeriesStore.open(
                new StoreOptions(
                        folder,
                        new HeadLimits(0, 2, SeriesLimits.NONE),
                        StoreOptions.Retention.FOREVER,
                        StoreOptions.Reserve.NONE,
                        StoreOptions.Thresholds.DEFAULT,
                        StoreOptions.Files.DEFAULT),
                InstantSource.system());
    }

    private static void append(TimeSeriesStore store, int step) {
        var batch = new SampleBatch();
        batch.reset(row -> Labels.of("__name__", "m", "i", "" + row));
        for (int i = 0; i < 2; i++) {
            int row = batch.addFloat(0, T + step * 1000L, step);
            if (i == 0) {
                batch.addExemplar(row, new Exemplar(Labels.of("trace_id", "t" + step), step, T + step * 1000L - 1));
            }
        }
        assertThat(store.append(batch, OnReject.KEEP_REST).exemplarsStored()).isEqualTo(1);
    }

    private static List<String> traces(TimeSeriesStore store, TimeRange range) {
        var found = new ArrayList<String>();
        for (var of : store.exemplars(range, List.of(List.of(Matcher.equal("__name__", "m"))))) {
            of.exemplars()
                    .forEach(e ->
                            found.add(of.series().get("i") + " " + e.labels().get("trace_id")));
        }
        return found;
    }

    @Test
    void theyAreInPartitionsOnceAndStayThroughMergesAndRestarts() {
        var expected = new ArrayList<String>();
        for (int round = 0; round < 4; round++) {
            try (var store = open()) {
                for (int k = 0; k < 2; k++) {
                    int step = round * 2 + k;
                    append(store, step);
                    expected.add("0 t" + step);
                }
                assertThat(traces(store, TimeRange.ALL)).isEqualTo(expected);
                store.flush();
                assertThat(traces(store, TimeRange.ALL)).isEqualTo(expected);
                assertThat(store.head().exemplarFigures().count()).isEqualTo(2);
            }
        }
        try (var store = open()) {
            assertThat(traces(store, TimeRange.ALL)).isEqualTo(expected);
            assertThat(traces(store, new TimeRange(T + 2000, T + 4000))).containsExactly("0 t3", "0 t4");
            assertThat(traces(store, new TimeRange(T + 90_000, T + 95_000))).isEmpty();
        }
    }
}
