package io.pharos.runtime.remote;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The series of several replicas as one set: equal series are one, whose samples are the union of what the replicas
/// hold, the first of them winning where they differ at a time.
final class MergedSet implements SeriesSet {
    private record Place(int set, int series) {}

    private final List<SeriesSet> sets;
    private final List<Map.Entry<Labels, List<Place>>> series;

    private MergedSet(List<SeriesSet> sets, List<Map.Entry<Labels, List<Place>>> series) {
        this.sets = sets;
        this.series = series;
    }

    static SeriesSet of(List<SeriesSet> sets, boolean sorted) {
        if (sets.size() == 1) {
            return sets.getFirst();
        }
        var places = new LinkedHashMap<Labels, List<Place>>();
        for (int s = 0; s < sets.size(); s++) {
            SeriesSet set = sets.get(s);
            for (int i = 0; i < set.size(); i++) {
                places.computeIfAbsent(set.labels(i), _ -> new ArrayList<>(sets.size()))
                        .add(new Place(s, i));
            }
        }
        var series = new ArrayList<>(places.entrySet());
        if (sorted) {
            series.sort(Map.Entry.comparingByKey(Comparator.naturalOrder()));
        }
        return new MergedSet(List.copyOf(sets), series);
    }

    @Override
    public int size() {
        return series.size();
    }

    @Override
    public Labels labels(int i) {
        return series.get(i).getKey();
    }

    @Override
    public boolean asStored() {
        return false;
    }

    @Override
    public void read(int i, long afterMs, long toMs, SampleBuffer into) {
        List<Place> places = series.get(i).getValue();
        var merged = new SampleBuffer();
        read(places.getFirst(), afterMs, toMs, merged);
        for (Place place : places.subList(1, places.size())) {
            var other = new SampleBuffer();
            read(place, afterMs, toMs, other);
            merged = merge(merged, other);
        }
        copy(merged, into);
    }

    private void read(Place place, long afterMs, long toMs, SampleBuffer into) {
        sets.get(place.set()).read(place.series(), afterMs, toMs, into);
    }

    /// Appends every sample of `from`.
    static void copy(SampleBuffer from, SampleBuffer into) {
        long[] starts = from.starts();
        for (int i = 0; i < from.floats(); i++) {
            into.addFloat(from.times()[i], from.values()[i], starts == null ? 0 : starts[i]);
        }
        long[] histogramStarts = from.histogramStarts();
        for (int i = 0; i < from.histogramCount(); i++) {
            into.addHistogram(
                    from.histogramTimes()[i], from.histograms()[i], histogramStarts == null ? 0 : histogramStarts[i]);
        }
    }

    private static SampleBuffer merge(SampleBuffer a, SampleBuffer b) {
        if (b.isEmpty()) {
            return a;
        }
        if (a.isEmpty()) {
            return b;
        }
        var merged = new SampleBuffer();
        floats(a, b, merged);
        histograms(a, b, merged);
        return merged;
    }

    private static void floats(SampleBuffer a, SampleBuffer b, SampleBuffer into) {
        long[] aStarts = a.starts();
        long[] bStarts = b.starts();
        int i = 0;
        int j = 0;
        while (i < a.floats() || j < b.floats()) {
            boolean first = j == b.floats() || i < a.floats() && a.times()[i] <= b.times()[j];
            if (first) {
                if (j < b.floats() && b.times()[j] == a.times()[i]) {
                    j++;
                }
                into.addFloat(a.times()[i], a.values()[i], aStarts == null ? 0 : aStarts[i]);
                i++;
            } else {
                into.addFloat(b.times()[j], b.values()[j], bStarts == null ? 0 : bStarts[j]);
                j++;
            }
        }
    }

    private static void histograms(SampleBuffer a, SampleBuffer b, SampleBuffer into) {
        FloatHistogram[] as = a.histograms();
        FloatHistogram[] bs = b.histograms();
        long[] aStarts = a.histogramStarts();
        long[] bStarts = b.histogramStarts();
        int i = 0;
        int j = 0;
        while (i < a.histogramCount() || j < b.histogramCount()) {
            boolean first =
                    j == b.histogramCount() || i < a.histogramCount() && a.histogramTimes()[i] <= b.histogramTimes()[j];
            if (first) {
                if (j < b.histogramCount() && b.histogramTimes()[j] == a.histogramTimes()[i]) {
                    j++;
                }
                into.addHistogram(a.histogramTimes()[i], as[i], aStarts == null ? 0 : aStarts[i]);
                i++;
            } else {
                into.addHistogram(b.histogramTimes()[j], bs[j], bStarts == null ? 0 : bStarts[j]);
                j++;
            }
        }
    }

    @Override
    public void close() {
        sets.forEach(SeriesSet::close);
    }
}
