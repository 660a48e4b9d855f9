package io.pharos.storage;

import io.pharos.model.port.SampleBatch;

/// The contract over samples that are in partitions for the most part, sealed in between.
class SealedSeriesSourceTest extends StoreSeriesSourceTest {
    private int batches;

    @Override
    protected void append(SampleBatch batch) {
        super.append(batch);
        if (++batches % 150 == 0) {
            store.flush();
        }
    }
}
