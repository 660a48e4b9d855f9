package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.Admission.Cause;
import io.pharos.storage.head.HeadLimits;
import io.pharos.storage.head.HeadLimits.SeriesLimits;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a store takes while something is short.
class AdmissionTest {
    private static final long T = 1_700_000_000_000L;

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();

    private TimeSeriesStore open(SeriesLimits limits, long minFree, long memory) {
        return TimeSeriesStore.open(
                new StoreOptions(
                        folder,
                        new HeadLimits(0, 0, limits),
                        StoreOptions.Retention.DEFAULT,
                        new StoreOptions.Reserve(minFree, memory),
                        StoreOptions.Thresholds.DEFAULT,
                        StoreOptions.Files.on(disk)),
                InstantSource.system());
    }

    private static Appended append(TimeSeriesStore store, long ms, Labels... series) {
        var batch = new SampleBatch();
        batch.reset(row -> series[row]);
        for (int i = 0; i < series.length; i++) {
            batch.addFloat(0, ms, i);
        }
        return store.append(batch, OnReject.KEEP_REST);
    }

    private static Labels of(String job, int i) {
        return Labels.of("__name__", "m", "i", "" + i, "job", job);
    }

    @Test
    void aJobOverItsLimitGetsNoNewSeriesAndKeepsItsOwn() {
        try (var store = open(new SeriesLimits(0, 2, 0, 0, 0), 0, 0)) {
            Appended first = append(store, T, of("a", 1), of("a", 2), of("a", 3), of("b", 1));
            assertThat(first.stored()).isEqualTo(3);
            assertThat(first.rejected()).singleElement().satisfies(r -> {
                assertThat(r.reason()).isEqualTo(RejectReason.LIMIT);
                assertThat(r.text())
                        .isEqualTo("job \"a\" has 2 series already; raise --pharos.storage.max-series-per-job");
            });
            assertThat(append(store, T + 1, of("a", 1), of("a", 2), of("b", 1)).stored())
                    .isEqualTo(3);
            assertThat(store.head().admission().refused(Cause.MAX_SERIES_PER_JOB))
                    .isEqualTo(1);
        }
    }

    @Test
    void labelsOverTheirLimitsAreRefused() {
        try (var store = open(new SeriesLimits(0, 0, 3, 8, 5), 0, 0)) {
            Appended appended = append(
                    store,
                    T,
                    of("a", 1),
                    Labels.of("__name__", "m", "a", "", "b", "1", "c", "2", "d", "3"),
                    Labels.of("__name__", "m", "ninebytes", "1"),
                    Labels.of("__name__", "m", "i", "123456"));
            assertThat(appended.stored()).isEqualTo(1);
            assertThat(appended.rejected().getFirst().count()).isEqualTo(3);
            assertThat(store.head().admission().refused(Cause.LABELS)).isEqualTo(3);
        }
    }

    @Test
    void nearTheMemoryBudgetNewSeriesAreRefusedAndKnownOnesGoOn() {
        try (var store = open(SeriesLimits.NONE, 0, 1 << 30)) {
            append(store, T, of("a", 1));
            store.checkReserves();
            assertThat(store.memoryBytes()).isBetween(1L << 20, 1L << 30);
            assertThat(append(store, T + 1, of("a", 2)).stored()).isEqualTo(1);
        }
        try (var store = open(SeriesLimits.NONE, 0, 1 << 20)) {
            store.checkReserves();
            Appended appended = append(store, T + 2, of("a", 1), of("a", 3));
            assertThat(appended.stored()).isEqualTo(1);
            assertThat(appended.rejected().getFirst().text())
                    .contains("of its memory budget of 1 MiB")
                    .contains("--pharos.storage.memory-budget");
            assertThat(store.head().admission().refused(Cause.MEMORY)).isEqualTo(1);
        }
    }

    @Test
    void aDiskNearlyFullRefusesWritesUntilThereIsRoom() {
        try (var store = open(SeriesLimits.NONE, 64 << 20, 0)) {
            append(store, T, of("a", 1));
            disk.usable(10 << 20);
            store.checkReserves();
            assertThatThrownBy(() -> append(store, T + 1, of("a", 1)))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("10 MiB left")
                    .hasMessageContaining("free space on the disk, writes then go on by themselves");
            try (SeriesSet set = store.select(new Selection(TimeRange.ALL, List.of(), SelectHints.NONE))) {
                assertThat(set.size()).isEqualTo(1);
            }
            assertThat(store.figures().writesRefused()).isEqualTo(1);
            disk.usable(1L << 30);
            store.checkReserves();
            assertThat(append(store, T + 1, of("a", 1)).stored()).isEqualTo(1);
        }
    }
}
