package io.pharos.standalone.cli.promtool;

import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// The series of one unit test, in memory. Later samples stand behind earlier ones; one of a time that there is
/// already is left out. Not thread-safe for appending; selections may be read by several threads meanwhile.
final class UnitStore implements SampleSink, SeriesSource {
    private final TreeMap<Labels, SampleBuffer> series = new TreeMap<>();

    private record Selected(List<Labels> labels, List<SampleBuffer> samples) implements SeriesSet {
        @Override
        public int size() {
            return labels.size();
        }

        @Override
        public Labels labels(int one) {
            return labels.get(one);
        }

        @Override
        public void read(int one, long afterMs, long toMs, SampleBuffer into) {
            SampleBuffer from = samples.get(one);
            for (int i = 0; i < from.floats(); i++) {
                if (from.times()[i] > afterMs && from.times()[i] <= toMs) {
                    into.addFloat(from.times()[i], from.values()[i]);
                }
            }
            for (int i = 0; i < from.histogramCount(); i++) {
                if (from.histogramTimes()[i] > afterMs && from.histogramTimes()[i] <= toMs) {
                    into.addHistogram(from.histogramTimes()[i], from.histograms()[i], 0);
                }
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public Appended append(SampleBatch batch, OnReject onReject) {
        for (int row = 0; row < batch.size(); row++) {
            SampleBuffer samples = series.computeIfAbsent(batch.labels(row), _ -> new SampleBuffer());
            long ms = batch.times()[row];
            var histogram = batch.histogram(row);
            if (ms <= last(samples)) {
                continue;
            }
            if (histogram == null) {
                samples.addFloat(ms, batch.values()[row]);
            } else {
                samples.addHistogram(ms, histogram.toFloat(), 0);
            }
        }
        return new Appended(batch.size(), false, List.of(), 0, List.of());
    }

    private static long last(SampleBuffer samples) {
        long last = Long.MIN_VALUE;
        if (samples.floats() > 0) {
            last = samples.times()[samples.floats() - 1];
        }
        if (samples.histogramCount() > 0) {
            last = Math.max(last, samples.histogramTimes()[samples.histogramCount() - 1]);
        }
        return last;
    }

    @Override
    public SeriesSet select(Selection selection) {
        var labels = new ArrayList<Labels>();
        var samples = new ArrayList<SampleBuffer>();
        series.forEach((one, buffer) -> {
            if (selection.matchers().stream().allMatch(matcher -> matcher.matches(one))) {
                labels.add(one);
                samples.add(buffer);
            }
        });
        return new Selected(labels, samples);
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        var names = new TreeSet<>(Labels.NAME_ORDER);
        matching(request).forEach(one -> one.forEach(label -> names.add(label.name())));
        return new Listing(List.copyOf(names), false);
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        var values = new TreeSet<>(Labels.NAME_ORDER);
        for (Labels one : matching(request)) {
            for (Label label : one) {
                if (label.name().equals(name)) {
                    values.add(label.value());
                }
            }
        }
        return new Listing(List.copyOf(values), false);
    }

    private List<Labels> matching(ListingRequest request) {
        return series.keySet().stream()
                .filter(one -> request.matcherSets().isEmpty()
                        || request.matcherSets().stream()
                                .anyMatch(set -> set.stream().allMatch(matcher -> matcher.matches(one))))
                .toList();
    }

    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
        return List.of();
    }
}
