package io.pharos.storage;

import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSource;
import io.pharos.testkit.SampleSinkContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class StoreSampleSinkTest extends SampleSinkContract {
    @TempDir
    Path folder;

    private TimeSeriesStore store;

    @BeforeEach
    void open() {
        store = TimeSeriesStore.open(StoreOptions.in(folder), InstantSource.system());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected SampleSink sink() {
        return store;
    }

    @Override
    protected SeriesSource stored() {
        return store;
    }
}
