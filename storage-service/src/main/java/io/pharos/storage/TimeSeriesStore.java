package io.pharos.storage;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
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
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The store: takes samples, keeps them, answers what it holds. Thread-safe; blocking. One per folder and
/// process. While it recovers what was acknowledged, whoever asks it something waits.
public final class TimeSeriesStore implements SampleSink, SeriesSource, AutoCloseable {
    private final StoreOptions options;
    private final InstantSource time;
    private final @Nullable FolderLock folderLock;
    private final StoreFigures figures = new StoreFigures();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile Parts parts;
    private volatile boolean open;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;
    private HeadLimits limits;
    private long retentionMs;
    private long retentionBytes;

    /// What a store is made of; nothing in it until it is recovered.
    private record Parts(
            Head head,
            Partitions partitions,
            @Nullable SampleLog log,
            @Nullable Upkeep upkeep) {
        SampleLog logOrFail() {
            return Objects.requireNonNull(log, "bug: a store without its log");
        }

        Upkeep upkeepOrFail() {
            return Objects.requireNonNull(upkeep, "bug: a store without its upkeep");
        }
    }

    private TimeSeriesStore(StoreOptions options, InstantSource time, @Nullable FolderLock folderLock) {
        this.options = options;
        this.time = time;
        this.folderLock = folderLock;
        limits = options.limits();
        retentionMs = options.retention().ms();
        retentionBytes = options.retention().bytes();
        figures.cleanStart = folderLock == null ? -1 : folderLock.clean() ? 1 : 0;
        parts = new Parts(
                new Head(limits, (record, length) -> {
                    throw new IOException("bug: a sample for a store that is not open");
                }),
                Partitions.none(),
                null,
                null);
    }

    /// Opens the store in its folder, which is made where it is missing, and recovers what was acknowledged.
    ///
    /// @throws IllegalStateException where another process has the folder
    public static TimeSeriesStore open(StoreOptions options, InstantSource time) {
        TimeSeriesStore store = locked(options, time);
        store.recover();
        RuntimeException failed = store.failure;
        if (failed != null) {
            throw failed;
        }
        return store;
    }

    /// Takes the folder and returns; a thread recovers what was acknowledged, and then says that the store is open, or
    /// why it can't be.
    ///
    /// @throws IllegalStateException where another process has the folder
    public static TimeSeriesStore opening(
            StoreOptions options, InstantSource time, Runnable onOpen, Consumer<RuntimeException> onFailure) {
        TimeSeriesStore store = locked(options, time);
        Thread.ofPlatform().name("recovery").start(() -> {
            store.recover();
            RuntimeException failed = store.failure;
            if (failed == null) {
                onOpen.run();
            } else {
                onFailure.accept(failed);
            }
        });
        return store;
    }

    private static TimeSeriesStore locked(StoreOptions options, InstantSource time) {
        return new TimeSeriesStore(options, time, options.files().lock() ? FolderLock.take(options.folder()) : null);
    }

    private void recover() {
        try {
            Partitions partitions = Partitions.open(options.files().disk(), options.folder());
            Recovery.Recovered recovered = Recovery.recover(options, this::log, figures);
            var upkeep = new Upkeep(
                    options, recovered.head(), recovered.log(), partitions, figures, time, recovered.checkpointBytes());
            synchronized (this) {
                parts = new Parts(recovered.head(), partitions, recovered.log(), upkeep);
                open = true;
                configure(limits, retentionMs, retentionBytes);
            }
            upkeep.start();
        } catch (RuntimeException | LinkageError e) {
            // a linkage error is a native library that this machine cannot load
            failure = e instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("cannot open the store in " + options.folder() + ": " + e, e);
            if (folderLock != null) {
                folderLock.close();
            }
        } finally {
            settled.countDown();
        }
    }

    private void log(byte[] record, int length) throws IOException {
        SampleLog log = parts.logOrFail();
        log.append(record, length);
        if (options.files().fsyncMs() == 0) {
            try {
                log.sync();
            } catch (IOException e) {
                log.takeBack(length, e);
                throw e;
            }
        }
    }

    /// The parts of the open store; waits for them.
    private Parts ready() {
        if (!open && !closed) {
            try {
                settled.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        if (closed || !open) {
            throw new ApiException(ApiError.UNAVAILABLE, "TSDB not ready");
        }
        return parts;
    }

    /// Whether everything that was acknowledged answers.
    public boolean isOpen() {
        return open && !closed;
    }

    // ------------------------------------------------------------------ SampleSink

    @Override
    public Appended append(SampleBatch batch, OnReject onReject) {
        return append(batch, onReject, -1);
    }

    /// Appends samples of any age that the store keeps, in any order; what is refused does not keep the rest back.
    public Appended backfill(SampleBatch batch) {
        long kept = retentionMs();
        return append(batch, OnReject.KEEP_REST, kept == 0 ? Long.MAX_VALUE / 4 : kept);
    }

    /// @param windowMs how far behind the newest sample one may lie, where that is more than the limits say
    private Appended append(SampleBatch batch, OnReject onReject, long windowMs) {
        Parts now = ready();
        Head head = now.head();
        String refusal = now.upkeepOrFail().reserves().refusal();
        if (refusal != null) {
            figures.writesRefused.incrementAndGet();
            throw new ApiException(ApiError.UNAVAILABLE, refusal);
        }
        try {
            return head.append(batch, onReject, Math.max(windowMs, head.limits().outOfOrderWindowMs()));
        } catch (IOException e) {
            throw new ApiException(
                    ApiError.UNAVAILABLE,
                    "cannot write the log in " + options.folder() + ": " + e.getMessage()
                            + "; free space on the disk, writes then go on by themselves",
                    e);
        }
    }

    /// Changes what is accepted and kept from now on.
    public synchronized void configure(HeadLimits limits, long retentionMs, long retentionBytes) {
        this.limits = limits;
        this.retentionMs = retentionMs;
        this.retentionBytes = retentionBytes;
        if (open) {
            parts.head().limits(limits);
            parts.upkeepOrFail().retention(retentionMs, retentionBytes);
        }
    }

    public synchronized HeadLimits limits() {
        return limits;
    }

    // ------------------------------------------------------------------ SeriesSource

    @Override
    public SeriesSet select(Selection selection) {
        Parts now = ready();
        Head head = now.head();
        Partitions partitions = now.partitions();
        TimeRange range = selection.range();
        List<Matcher> matchers = selection.matchers();
        record Sources(List<SeriesSet> sets, Tombstones deleted) {}
        Sources found = head.consistently(() -> {
            List<SeriesSet> sets = partitions.select(range, matchers);
            sets.add(head.select(range, matchers));
            return new Sources(sets, partitions.tombstones());
        });
        SeriesSet merged = SeriesMerge.of(found.sets(), selection.hints());
        return found.deleted().isEmpty() ? merged : DeletedSamples.without(merged, found.deleted(), range);
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        Parts now = ready();
        Head head = now.head();
        Partitions partitions = now.partitions();
        return listing(
                head.consistently(() -> {
                    List<List<String>> all = partitions.labelNames(request.range(), request.matcherSets());
                    all.add(head.labelNames(request.range(), request.matcherSets()));
                    return all;
                }),
                request.limit());
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        Parts now = ready();
        Head head = now.head();
        Partitions partitions = now.partitions();
        return listing(
                head.consistently(() -> {
                    List<List<String>> all = partitions.labelValues(name, request.range(), request.matcherSets());
                    all.add(head.labelValues(name, request.range(), request.matcherSets()));
                    return all;
                }),
                request.limit());
    }

    /// One listing of several, each sorted; most hold the same.
    private static Listing listing(List<List<String>> sources, int limit) {
        List<String> merged = List.of();
        for (List<String> source : sources) {
            if (merged.isEmpty()) {
                merged = source;
            } else if (!source.isEmpty() && !merged.equals(source)) {
                var all = new TreeSet<>(Labels.NAME_ORDER);
                all.addAll(merged);
                all.addAll(source);
                merged = List.copyOf(all);
            }
        }
        return limit > 0 && merged.size() > limit
                ? new Listing(merged.subList(0, limit), true)
                : new Listing(merged, false);
    }

    @Override
    public List<SeriesExemplars> exemplars(TimeRange range, List<List<Matcher>> matcherSets) {
        Parts now = ready();
        var all = new TreeMap<Labels, List<Exemplar>>();
        now.head().consistently(() -> {
            all.putAll(now.head().exemplars(range, labels -> matchesAny(labels, matcherSets)));
            now.partitions().exemplars(range, labels -> matchesAny(labels, matcherSets), all);
            return all;
        });
        var found = new ArrayList<SeriesExemplars>();
        all.forEach((series, exemplars) -> found.add(new SeriesExemplars(series, exemplars)));
        return found;
    }

    /// What was told of families that have series in a range, as it was told last, by name. Of those in the head, the
    /// range does not matter.
    public Map<String, MetricMetadata> metadata(TimeRange range) {
        Parts now = ready();
        var all = new TreeMap<String, MetricMetadata>();
        now.head().consistently(() -> {
            now.partitions().metadata(range, all);
            all.putAll(now.head().metadata());
            return all;
        });
        return all;
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
        ready().upkeepOrFail().flush();
    }

    /// Writes the head as a checkpoint and drops the log that it covers.
    public void checkpoint() {
        ready().upkeepOrFail().writeCheckpoint();
    }

    /// Hides the samples of series that match any set, in a range, both ends included.
    public void delete(List<List<Matcher>> matcherSets, TimeRange range) {
        Parts now = ready();
        long newest = Math.max(
                now.head().maxMs(),
                now.partitions().describe().stream()
                        .mapToLong(Partitions.Description::lastMs)
                        .max()
                        .orElse(Long.MIN_VALUE));
        if (newest < range.firstMs()) {
            return;
        }
        var clipped = new TimeRange(range.firstMs(), Math.min(range.lastMs(), newest));
        for (List<Matcher> set : matcherSets) {
            now.upkeepOrFail().delete(new Tombstone(set, clipped));
        }
    }

    /// Rewrites what deletions touch, so that nothing deleted takes space.
    public void cleanTombstones() {
        ready().upkeepOrFail().cleanTombstones();
    }

    /// Makes a copy by hard links in a folder that a store can be opened in; without `withHead`, of what is sealed
    /// only.
    public void snapshot(Path into, boolean withHead) {
        ready().upkeepOrFail().snapshot(into, withHead);
    }

    public Head head() {
        return parts.head();
    }

    public Partitions partitions() {
        return parts.partitions();
    }

    public StoreFigures figures() {
        return figures;
    }

    /// What is held against the memory budget, in bytes.
    public long memoryBytes() {
        Upkeep upkeep = parts.upkeep();
        return upkeep == null ? 0 : upkeep.reserves().memoryBytes();
    }

    /// Looks at once whether there is room on the disk and in memory, which is done every second anyway.
    public void checkReserves() {
        Upkeep upkeep = ready().upkeepOrFail();
        try {
            upkeep.reserves().look(upkeep.checkpointBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell the room on the disk of " + options.folder(), e);
        }
    }

    public StoreOptions options() {
        return options;
    }

    /// How long, and how much, is kept; 0 for no limit.
    public synchronized long retentionMs() {
        return retentionMs;
    }

    public synchronized long retentionBytes() {
        return retentionBytes;
    }

    /// Bytes of the log, and the number of its newest segment.
    public long logBytes() {
        SampleLog log = parts.log();
        return log == null ? 0 : log.sizeBytes();
    }

    public long logSegment() {
        SampleLog log = parts.log();
        return log == null ? 0 : log.segment();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            settled.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        if (!open) {
            return;
        }
        parts.upkeepOrFail().close();
        parts.logOrFail().close();
        parts.partitions().close();
        if (folderLock != null) {
            folderLock.close();
        }
    }
}
