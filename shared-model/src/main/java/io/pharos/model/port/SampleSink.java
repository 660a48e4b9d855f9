package io.pharos.model.port;

import io.pharos.model.labels.Labels;
import java.util.List;

/// Takes samples: the store, or a storage node far away. Thread-safe; blocking.
public interface SampleSink {
    /// What becomes of a batch when one of its samples is rejected.
    enum OnReject {
        /// The others are stored: scrapes, rules, remote write 2.0.
        KEEP_REST,
        /// Nothing is stored: remote write 1.0, OTLP.
        ROLL_BACK_ALL
    }

    /// Samples of a batch that were rejected for one reason: how many, and the first with the text Prometheus has for
    /// it.
    record Rejected(RejectReason reason, int count, Labels firstSeries, long firstMs, String text) {}

    /// What happened to a batch. `rolledBack` says that nothing was stored.
    record Appended(
            int stored,
            boolean rolledBack,
            List<Rejected> rejected,
            int exemplarsStored,
            List<Rejected> rejectedExemplars) {
        public Appended {
            rejected = List.copyOf(rejected);
            rejectedExemplars = List.copyOf(rejectedExemplars);
        }
    }

    /// Appends the batch; when this returns, what was stored survives the death of the process. A batch is
    /// never half visible to a select. Writes each row's reference into [SampleBatch#references()]; references
    /// are valid for this sink alone and may go stale, whereupon the row's labels are asked for. Rows of one
    /// series stand in time order.
    ///
    /// @throws ApiException `UNAVAILABLE` when the sink can take nothing now (disk full, not ready, node gone):
    /// nothing was stored
    Appended append(SampleBatch batch, OnReject onReject);
}
