package io.pharos.scraper.scrape;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.RejectReason;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.sample.StaleMarker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Keeps what it is given, and refuses what comes out of order as a store does.
final class RecordingSink implements SampleSink {
    private final Map<Labels, Long> references = new HashMap<>();
    private final Map<Long, Labels> series = new HashMap<>();
    private final Map<Labels, TreeMap<Long, String>> samples = new TreeMap<>();
    final List<String> exemplars = new ArrayList<>();
    final List<Integer> asked = new ArrayList<>();
    boolean forgetful;

    @Override
    public synchronized Appended append(SampleBatch batch, OnReject onReject) {
        var rejected = new ArrayList<Rejected>();
        int stored = 0;
        for (int row = 0; row < batch.size(); row++) {
            long reference = batch.references()[row];
            Labels labels = forgetful ? null : series.get(reference);
            if (labels == null) {
                asked.add(row);
                labels = batch.labels(row);
                reference = references.computeIfAbsent(labels, _ -> references.size() + 1L);
                series.put(reference, labels);
                batch.references()[row] = reference;
            }
            TreeMap<Long, String> of = samples.computeIfAbsent(labels, _ -> new TreeMap<>());
            NativeHistogram histogram = batch.histogram(row);
            String value = histogram != null
                    ? histogram.isStale() ? "stale" : "histogram " + histogram.schema() + " " + histogram.sum()
                    : StaleMarker.is(batch.values()[row]) ? "stale" : Double.toString(batch.values()[row]);
            long ms = batch.times()[row];
            if (!of.isEmpty()
                    && (of.lastKey() > ms || of.containsKey(ms) && !of.get(ms).equals(value))) {
                RejectReason reason = of.containsKey(ms) ? RejectReason.DUPLICATE : RejectReason.OUT_OF_ORDER;
                rejected.add(new Rejected(reason, 1, labels, ms, reason.name()));
            } else {
                of.put(ms, value);
                stored++;
            }
        }
        for (SampleBatch.ExemplarRow one : batch.exemplars()) {
            exemplars.add(series.get(batch.references()[one.row()]).metricName() + " "
                    + one.exemplar().labels() + " " + one.exemplar().atMs());
        }
        return new Appended(stored, false, rejected, batch.exemplars().size(), List.of());
    }

    /// Samples of the series called `name`, each as `labels @time value`, without `job` and `instance`.
    synchronized List<String> of(String name) {
        var lines = new ArrayList<String>();
        samples.forEach((labels, of) -> {
            if (labels.metricName().equals(name)) {
                Labels shown = labels.without(Labels.METRIC_NAME, "job", "instance");
                of.forEach((ms, value) -> lines.add((shown.isEmpty() ? "" : shown + " ") + "@" + ms + " " + value));
            }
        });
        return lines;
    }

    synchronized List<Labels> series() {
        return List.copyOf(samples.keySet());
    }
}
