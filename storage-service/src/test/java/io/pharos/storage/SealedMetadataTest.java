package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.HeadLimits;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedMetadataTest {
    private static final long T = 1_700_000_000_000L;
    private static final long DAY = 86_400_000;

    @TempDir
    Path folder;

    private TimeSeriesStore open() {
        return TimeSeriesStore.open(
                new StoreOptions(
                        folder,
                        HeadLimits.DEFAULT,
                        StoreOptions.Retention.FOREVER,
                        StoreOptions.Reserve.NONE,
                        new StoreOptions.Thresholds(0, 1 << 20, 1000),
                        StoreOptions.Files.DEFAULT),
                InstantSource.system());
    }

    private static MetricMetadata of(String help) {
        return new MetricMetadata(MetricType.of("counter"), "", help);
    }

    private static void append(TimeSeriesStore store, long ms, String family, String series, String help) {
        var batch = new SampleBatch();
        batch.reset(row -> Labels.of("__name__", series));
        batch.addFloat(0, ms, 1);
        batch.addMetadata(family, of(help));
        assertThat(store.append(batch, OnReject.KEEP_REST).stored()).isEqualTo(1);
    }

    @Test
    void familiesAreKeptWithTheSamplesOfTheirSeriesAndGoWithThem() {
        try (var store = open()) {
            append(store, T, "old", "old_total", "of the first day");
            append(store, T, "both", "both", "as it was");
            store.flush();
            append(store, T + 3 * DAY, "both", "both", "as it is");
            append(store, T + 3 * DAY, "new", "new_bucket", "of the fourth day");
            assertThat(store.metadata(TimeRange.ALL)).hasSize(3).containsEntry("both", of("as it is"));
        }
        for (int round = 0; round < 2; round++) {
            try (var store = open()) {
                assertThat(store.metadata(TimeRange.ALL))
                        .hasSize(3)
                        .containsEntry("old", of("of the first day"))
                        .containsEntry("both", of("as it is"))
                        .containsEntry("new", of("of the fourth day"));
                store.flush();
            }
        }
        try (var store = open()) {
            // the series of the first day has left the head, and is in a partition of its own
            for (int i = 0; i < 150; i++) {
                append(store, T + 3 * DAY + 5000 + i, "both", "both", "as it is");
            }
            for (int i = 0; i < 100 && store.head().metadata().containsKey("old"); i++) {
                java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
            }
            assertThat(store.head().metadata()).doesNotContainKey("old");
            assertThat(store.metadata(new TimeRange(T, T + 1))).containsEntry("old", of("of the first day"));
            assertThat(store.metadata(new TimeRange(T + 2 * DAY, T + 4 * DAY))).doesNotContainKey("old");
            store.partitions().retain(T + DAY, 0);
            assertThat(store.metadata(TimeRange.ALL)).doesNotContainKey("old").containsKeys("both", "new");
        }
    }
}
