package io.pharos.query.api;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// A source of a few series that are given by hand; every series has samples in every range.
final class FixedSeries implements SeriesSource {
    private final Map<Labels, SampleBuffer> series = new TreeMap<>();
    private final Map<Labels, List<Exemplar>> exemplars = new TreeMap<>();

    FixedSeries add(Labels labels, long atMs, double value) {
        series.computeIfAbsent(labels, l -> new SampleBuffer()).addFloat(atMs, value);
        return this;
    }

    FixedSeries add(Labels labels, long atMs, FloatHistogram histogram) {
        series.computeIfAbsent(labels, l -> new SampleBuffer()).addHistogram(atMs, histogram, 0);
        return this;
    }

    FixedSeries exemplar(Labels labels, Exemplar exemplar) {
        exemplars.computeIfAbsent(labels, l -> new ArrayList<>()).add(exemplar);
        return this;
    }

    private static Predicate<Labels> matching(List<Matcher> matchers) {
        return labels -> matchers.stream().allMatch(m -> m.matches(labels));
    }

    private static Predicate<Labels> any(List<List<Matcher>> sets) {
        return labels ->
                sets.isEmpty() || sets.stream().anyMatch(set -> matching(set).test(labels));
    }

    @Override
    public SeriesSet select(Selection selection) {
        List<Labels> found =
                series.keySet().stream().filter(matching(selection.matchers())).toList();
        return new SeriesSet() {
            @Override
            public int size() {
                return found.size();
            }

            @Override
            public Labels labels(int i) {
                return found.get(i);
            }

            @Override
            public void read(int i, long afterMs, long toMs, SampleBuffer into) {
                SampleBuffer all = series.getOrDefault(found.get(i), new SampleBuffer());
                for (int s = 0; s < all.floats(); s++) {
                    if (all.times()[s] > afterMs && all.times()[s] <= toMs) {
                        into.addFloat(all.times()[s], all.values()[s]);
                    }
                }
                for (int s = 0; s < all.histogramCount(); s++) {
                    if (all.histogramTimes()[s] > afterMs && all.histogramTimes()[s] <= toMs) {
                        into.addHistogram(all.histogramTimes()[s], all.histograms()[s], 0);
                    }
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        var names = new TreeSet<String>();
        series.keySet().stream()
                .filter(any(request.matcherSets()))
                .forEach(l -> l.forEach(one -> names.add(one.name())));
        return listing(names, request.limit());
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        var values = new TreeSet<String>();
        series.keySet().stream()
                .filter(any(request.matcherSets()))
                .filter(l -> l.has(name))
                .forEach(l -> values.add(l.get(name)));
        return listing(values, request.limit());
    }

    private static Listing listing(TreeSet<String> entries, int limit) {
        boolean cut = limit > 0 && entries.size() > limit;
        return new Listing(entries.stream().limit(cut ? limit : Long.MAX_VALUE).toList(), cut);
    }

    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
        return exemplars.entrySet().stream()
                .filter(e -> any(matcherSets).test(e.getKey()))
                .map(e -> new SeriesExemplars(e.getKey(), e.getValue()))
                .toList();
    }
}
