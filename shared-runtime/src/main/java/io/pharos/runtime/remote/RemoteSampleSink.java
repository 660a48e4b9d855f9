package io.pharos.runtime.remote;

import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import java.util.Arrays;
import java.util.List;

/// Appends to every storage node: each holds everything. Told is what the first one said; a node that was away
/// lacks the batch, which reads that merge all nodes make up for.
final class RemoteSampleSink implements SampleSink {
    private final PeerCalls storage;

    RemoteSampleSink(PeerCalls storage) {
        this.storage = storage;
    }

    @Override
    public Appended append(SampleBatch batch, OnReject onReject) {
        List<Appended> all = storage.all("append", BatchBytes.write(batch, onReject), BatchBytes::appended);
        // There are no references: rows come with their labels each time.
        Arrays.fill(batch.references(), 0, batch.size(), 0);
        return all.getFirst();
    }
}
