package io.pharos.storage;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.Head;
import io.pharos.storage.head.HeadLimits;
import io.pharos.storage.log.SampleLog;
import io.pharos.storage.partition.Partitions;
import io.pharos.storage.partition.Tombstones;
import io.pharos.storage.partition.Tombstones.Tombstone;
import io.pharos.storage.select.DeletedSamples;
import io.pharos.storage.select.SeriesMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The store: takes samples, keeps them, answers what it holds. Thread-safe; blocking. One per folder and process.
public final class TimeSeriesStore implements SampleSink, SeriesSource, AutoCloseable {
    private final StoreOptions options;
    private final @Nullable FolderLock folderLock;
    private final StoreFigures figures = new StoreFigures();
    private final Partitions partitions;
    private final Head head;
    private final SampleLog log;
    private final Upkeep upkeep;
    private volatile boolean closed;

    private TimeSeriesStore(StoreOptions options, InstantSource time, @Nullable FolderLock folderLock) {
        this.options = options;
        this.folderLock = folderLock;
        figures.cleanStart = folderLock == null ? -1 : folderLock.clean() ? 1 : 0;
        partitions = Partitions.open(options.folder());
        Recovery.Recovered recovered = Recovery.recover(options, this::log, figures);
        head = recovered.head();
        log = recovered.log();
        upkeep = new Upkeep(options, head, log, partitions, figures, time, recovered.checkpointBytes());
        upkeep.start();
    }

    /// Opens the store in its folder, which is made where it is missing, and recovers what was acknowledged.
    ///
    /// @throws IllegalStateException where another process has the folder
    public static TimeSeriesStore open(StoreOptions options, InstantSource time) {
        FolderLock lock = options.lock() ? FolderLock.take(options.folder()) : null;
        try {
            return new TimeSeriesStore(options, time, lock);
        } catch (RuntimeException e) {
            if (lock != null) {
                lock.close();
            }
            throw e;
        }
    }

    private void log(byte[] record, int length) throws IOException {
        log.append(record, length);
        if (options.fsyncMs() == 0) {
            log.sync();
        }
    }

    private void ready() {
        if (closed) {
            throw new ApiException(ApiError.UNAVAILABLE, "TSDB not ready");
        }
    }

    // ------------------------------------------------------------------ SampleSink

    @Override
    public Appended append(SampleBatch batch, OnReject onReject) {
        ready();
        try {
            return head.append(batch, onReject);
        } catch (IOException e) {
            throw new ApiException(
                    ApiError.UNAVAILABLE,
                    "cannot write the log in " + options.folder() + ": " + e.getMessage()
                            + "; free space on the disk, writes then go on by themselves",
                    e);
        }
    }

    /// Changes what is accepted and kept from now on.
    public void configure(HeadLimits limits, long retentionMs, long retentionBytes) {
        head.limits(limits);
        upkeep.retention(retentionMs, retentionBytes);
    }

    public HeadLimits limits() {
        return head.limits();
    }

    // ------------------------------------------------------------------ SeriesSource

    @Override
    public SeriesSet select(Selection selection) {
        ready();
        TimeRange range = selection.range();
        List<Matcher> matchers = selection.matchers();
        record Sources(List<SeriesSet> sets, Tombstones deleted) {}
        Sources found = head.consistently(() -> {
            List<SeriesSet> sets = partitions.select(range, matchers);
            sets.add(head.select(range, matchers));
            return new Sources(sets, partitions.tombstones());
        });
        SeriesSet merged = SeriesMerge.of(found.sets(), selection.hints().sorted());
        return found.deleted().isEmpty() ? merged : DeletedSamples.without(merged, found.deleted(), range);
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        ready();
        List<String> names = head.consistently(() -> {
            List<String> all = partitions.labelNames(request.range(), request.matcherSets());
            all.addAll(head.labelNames(request.range(), request.matcherSets()));
            return all;
        });
        return listing(names, request.limit());
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        ready();
        List<String> values = head.consistently(() -> {
            List<String> all = partitions.labelValues(name, request.range(), request.matcherSets());
            all.addAll(head.labelValues(name, request.range(), request.matcherSets()));
            return all;
        });
        return listing(values, request.limit());
    }

    private static Listing listing(Collection<String> entries, int limit) {
        var sorted = new TreeSet<>(Labels.NAME_ORDER);
        sorted.addAll(entries);
        if (limit > 0 && sorted.size() > limit) {
            return new Listing(sorted.stream().limit(limit).toList(), true);
        }
        return new Listing(List.copyOf(sorted), false);
    }

    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
        ready();
        var found = new ArrayList<SeriesExemplars>();
        head.exemplars(range, labels -> matchesAny(labels, matcherSets))
                .forEach((series, exemplars) -> found.add(new SeriesExemplars(series, exemplars)));
        return found;
    }

    private static boolean matchesAny(Labels labels, List<List<Matcher>> sets) {
        for (List<Matcher> set : sets) {
            if (set.stream().allMatch(m -> m.matches(labels))) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------ administration

    /// Seals everything into partitions, one per span, and drops the log that they cover.
    public void flush() {
        ready();
        upkeep.flush();
    }

    /// Hides the samples of series that match any set, in a range, both ends included.
    public void delete(List<List<Matcher>> matcherSets, TimeRange range) {
        ready();
        long newest = Math.max(
                head.maxMs(),
                partitions.describe().stream()
                        .mapToLong(Partitions.Description::lastMs)
                        .max()
                        .orElse(Long.MIN_VALUE));
        if (newest < range.firstMs()) {
            return;
        }
        var clipped = new TimeRange(range.firstMs(), Math.min(range.lastMs(), newest));
        for (List<Matcher> set : matcherSets) {
            upkeep.delete(new Tombstone(set, clipped));
        }
    }

    /// Rewrites what deletions touch, so that nothing deleted takes space.
    public void cleanTombstones() {
        ready();
        upkeep.cleanTombstones();
    }

    /// Makes a copy by hard links in a folder that a store can be opened in; without `withHead`, of what is sealed
    /// only.
    public void snapshot(Path into, boolean withHead) {
        ready();
        upkeep.snapshot(into, withHead);
    }

    public Head head() {
        return head;
    }

    public Partitions partitions() {
        return partitions;
    }

    public StoreFigures figures() {
        return figures;
    }

    public StoreOptions options() {
        return options;
    }

    /// How long, and how much, is kept; 0 for no limit.
    public long retentionMs() {
        return upkeep.retentionMs();
    }

    public long retentionBytes() {
        return upkeep.retentionBytes();
    }

    /// Bytes of the log, and the number of its newest segment.
    public long logBytes() {
        return log.sizeBytes();
    }

    public long logSegment() {
        return log.segment();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        upkeep.close();
        log.close();
        partitions.close();
        if (folderLock != null) {
            folderLock.close();
        }
    }
}
