package io.pharos.runtime.remote;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads from every storage node and merges: a node that was away for a while is made up for by the others.
final class RemoteSeriesSource implements SeriesSource {
    private final PeerCalls storage;

    RemoteSeriesSource(PeerCalls storage) {
        this.storage = storage;
    }

    @Override
    public SeriesSet select(Selection selection) {
        List<SeriesSet> sets = storage.all("select", SeriesBytes.write(selection), SeriesBytes::set);
        return MergedSet.of(
                sets, selection.hints().sorted() || selection.hints().asStored());
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        return listing("", request);
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        return listing(name, request);
    }

    private Listing listing(String label, ListingRequest request) {
        List<Listing> all = storage.all("listing", SeriesBytes.write(label, request), SeriesBytes::listing);
        if (all.size() == 1) {
            return all.getFirst();
        }
        var entries = new TreeSet<>(Labels.NAME_ORDER);
        boolean truncated = false;
        for (Listing one : all) {
            entries.addAll(one.entries());
            truncated |= one.truncated();
        }
        List<String> list = List.copyOf(entries);
        boolean cut = request.limit() > 0 && list.size() > request.limit();
        return new Listing(cut ? list.subList(0, request.limit()) : list, truncated || cut);
    }

    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
        byte[] request = SeriesBytes.write("", new ListingRequest(range, matcherSets, 0));
        List<List<SeriesExemplars>> all = storage.all("exemplars", request, SeriesBytes::exemplars);
        if (all.size() == 1) {
            return all.getFirst();
        }
        var merged = new TreeMap<Labels, TreeMap<Long, Exemplar>>();
        for (List<SeriesExemplars> one : all) {
            for (SeriesExemplars series : one) {
                TreeMap<Long, Exemplar> of = merged.computeIfAbsent(series.series(), _ -> new TreeMap<>());
                series.exemplars().forEach(exemplar -> of.putIfAbsent(exemplar.atMs(), exemplar));
            }
        }
        var list = new ArrayList<SeriesExemplars>();
        merged.forEach((series, exemplars) -> list.add(new SeriesExemplars(series, List.copyOf(exemplars.values()))));
        return list;
    }
}
