package io.pharos.runtime.remote;

import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import java.util.List;

/// Appends to every storage node: each holds everything. Told is what the first one said; a node that was away
/// lacks the batch, which reads that merge all nodes make up for. References are of this side: rows travel with their
/// labels.
final class RemoteSampleSink implements SampleSink {
    private static final int MOST_SERIES = 1 << 20;

    private final PeerCalls storage;
    private final SentSeries sent = new SentSeries(MOST_SERIES);

    RemoteSampleSink(PeerCalls storage) {
        this.storage = storage;
    }

    @Override
    public Appended append(SampleBatch batch, OnReject onReject) {
        List<Appended> all =
                storage.all("append", BatchBytes.write(batch, sent.resolve(batch), onReject), BatchBytes::appended);
        return all.getFirst();
    }
}
