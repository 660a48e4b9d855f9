package io.pharos.storage.partition;

import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.SampleBuffer;
import java.util.List;
import java.util.Map;

/// Series to be written into partitions, in label order, each read as often as there are partitions to write.
public interface SeriesStream {
    /// Texts of label pairs in the layout of `Labels`, in label order.
    byte[][] pairs();

    int size();

    /// The pairs of a series as indices into [#pairs()]: count first, then numbers in label order.
    int[] pairsOf(int series, int[] into);

    /// Appends the samples of a series with `afterMs < time ≤ toMs`.
    void read(int series, long afterMs, long toMs, SampleBuffer into);

    /// What is known of families, some of which may have no series here.
    default Map<String, MetricMetadata> metadata() {
        return Map.of();
    }

    /// Exemplars with `firstMs ≤ time ≤ lastMs`; who asks for them writes them.
    default Map<Labels, List<Exemplar>> exemplars(long firstMs, long lastMs) {
        return Map.of();
    }
}
