package io.pharos.testkit;

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
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Series in memory, for tests: a sink and a source in one. Thread-safe; a selection sees what was there when it was
/// made.
public final class MemoryStore implements SeriesSource, SampleSink {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final TreeMap<Labels, MemorySeries> series = new TreeMap<>();
    private final List<MemorySeries> byReference = new ArrayList<>();

    /// Forgets everything.
    public void clear() {
        lock.writeLock().lock();
        try {
            series.clear();
            byReference.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public Appended append(SampleBatch batch, OnReject onReject) {
        lock.writeLock().lock();
        try {
            int stored = 0;
            for (int row = 0; row < batch.size(); row++) {
                long reference = batch.references()[row];
                if (reference <= 0 || reference > byReference.size()) {
                    Labels labels = batch.labels(row);
                    MemorySeries known = series.get(labels);
                    if (known == null) {
                        known = new MemorySeries(labels, byReference.size() + 1);
                        series.put(labels, known);
                        byReference.add(known);
                    }
                    reference = known.reference;
                    batch.references()[row] = reference;
                }
                MemorySeries to = byReference.get((int) reference - 1);
                var histogram = batch.histogram(row);
                if (histogram == null) {
                    to.addFloat(batch.times()[row], batch.values()[row], batch.starts()[row]);
                } else {
                    to.addHistogram(batch.times()[row], histogram.toFloat(), batch.starts()[row]);
                }
                stored++;
            }
            return new Appended(stored, false, List.of(), 0, List.of());
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public SeriesSet select(Selection selection) {
        lock.readLock().lock();
        try {
            var found = new ArrayList<MemorySeries.View>();
            for (MemorySeries s : matching(selection.matchers(), selection.range())) {
                found.add(s.view());
            }
            return new Set(found);
        } finally {
            lock.readLock().unlock();
        }
    }

    private List<MemorySeries> matching(List<Matcher> matchers, TimeRange range) {
        var found = new ArrayList<MemorySeries>();
        for (MemorySeries s : series.values()) {
            if (s.overlaps(range) && matchers.stream().allMatch(m -> m.matches(s.labels))) {
                found.add(s);
            }
        }
        return found;
    }

    private List<MemorySeries> listed(ListingRequest request) {
        if (request.matcherSets().isEmpty()) {
            return matching(List.of(), request.range());
        }
        var found = new java.util.LinkedHashSet<MemorySeries>();
        for (List<Matcher> matchers : request.matcherSets()) {
            found.addAll(matching(matchers, request.range()));
        }
        return List.copyOf(found);
    }

    private static Listing cut(TreeSet<String> entries, int limit) {
        boolean truncated = limit > 0 && entries.size() > limit;
        return new Listing(truncated ? entries.stream().limit(limit).toList() : List.copyOf(entries), truncated);
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        lock.readLock().lock();
        try {
            var names = new TreeSet<>(Labels.NAME_ORDER);
            for (MemorySeries s : listed(request)) {
                for (Label label : s.labels) {
                    names.add(label.name());
                }
            }
            return cut(names, request.limit());
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        lock.readLock().lock();
        try {
            var values = new TreeSet<>(Labels.NAME_ORDER);
            for (MemorySeries s : listed(request)) {
                String value = s.labels.get(name);
                if (!value.isEmpty()) {
                    values.add(value);
                }
            }
            return cut(values, request.limit());
        } finally {
            lock.readLock().unlock();
        }
    }

    /// This store keeps no exemplars.
    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
        return List.of();
    }

    private record Set(List<MemorySeries.View> views) implements SeriesSet {
        @Override
        public int size() {
            return views.size();
        }

        @Override
        public Labels labels(int series) {
            return views.get(series).labels();
        }

        @Override
        public void read(int series, long afterMs, long toMs, SampleBuffer into) {
            views.get(series).read(afterMs, toMs, into);
        }

        @Override
        public void close() {}
    }
}
