package io.pharos.storage;

import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SeriesSource;
import io.pharos.testkit.SeriesSourceContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The contract over samples in the head alone.
class StoreSeriesSourceTest extends SeriesSourceContract {
    @TempDir
    Path folder;

    protected TimeSeriesStore store;

    @BeforeEach
    void open() {
        store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected SeriesSource source() {
        return store;
    }

    @Override
    protected void append(SampleBatch batch) {
        store.append(batch, ON_REJECT);
    }
}
