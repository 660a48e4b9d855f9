package io.pharos.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource.Selection;
import io.pharos.model.sample.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A store that recovers while the program starts.
@Timeout(60)
class OpeningTest {
    private static final Selection ALL = new Selection(TimeRange.ALL, List.of(), SelectHints.NONE);

    @TempDir
    Path folder;

    private void fill() {
        try (var store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system())) {
            var batch = new SampleBatch();
            batch.reset(row -> Labels.of("__name__", "m", "i", "" + row));
            for (int i = 0; i < 5000; i++) {
                batch.addFloat(0, 1_700_000_000_000L, i);
            }
            store.append(batch, OnReject.KEEP_REST);
        }
    }

    @Test
    void whoAsksBeforeItIsOpenWaitsAndSeesEverySeries() throws InterruptedException {
        fill();
        var open = new CountDownLatch(1);
        try (var store =
                TimeSeriesStore.opening(StoreOptions.in(folder), InstantSource.system(), open::countDown, _ -> {})) {
            try (SeriesSet set = store.select(ALL)) {
                assertThat(set.size()).isEqualTo(5000);
            }
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(store.isOpen()).isTrue();
            assertThat(store.head().seriesCount()).isEqualTo(5000);
        }
    }

    @Test
    void whatWasConfiguredMeanwhileIsInForceOnceItIsOpen() {
        fill();
        try (var store = TimeSeriesStore.opening(StoreOptions.in(folder), InstantSource.system(), () -> {}, _ -> {})) {
            var limits = store.limits();
            store.configure(
                    new io.pharos.storage.head.HeadLimits(7, limits.maxExemplars(), limits.series()), 1000, 2000);
            store.select(ALL).close();
            assertThat(store.head().limits().outOfOrderWindowMs()).isEqualTo(7);
            assertThat(store.retentionBytes()).isEqualTo(2000);
        }
    }

    @Test
    void aStoreThatCannotBeOpenedSaysWhyAndRefuses() throws IOException {
        fill();
        Files.write(folder.resolve("partitions.manifest"), new byte[] {1, 2, 3, 4, 5, 6});
        var failure = new CompletableFuture<RuntimeException>();
        try (var store =
                TimeSeriesStore.opening(StoreOptions.in(folder), InstantSource.system(), () -> {}, failure::complete)) {
            assertThat(failure.join()).hasMessageContaining("partitions.manifest cannot be read");
            assertThatThrownBy(() -> store.select(ALL)).isInstanceOf(ApiException.class);
        }
        Files.delete(folder.resolve("partitions.manifest"));
        TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system()).close();
    }
}
