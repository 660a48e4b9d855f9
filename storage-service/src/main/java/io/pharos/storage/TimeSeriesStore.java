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
import io.pharos.storage.log.SampleLog;
import io.pharos.storage.select.SeriesMerge;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The store: takes samples, keeps them, answers what it holds. Thread-safe; blocking. One per folder and process.
public final class TimeSeriesStore implements SampleSink, SeriesSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TimeSeriesStore.class);

    private final StoreOptions options;
    private final InstantSource time;
    private final @Nullable FolderLock folderLock;
    private final SampleLog log;
    private final Head head;
    private final Thread upkeep;
    private volatile boolean closed;

    private TimeSeriesStore(StoreOptions options, InstantSource time, @Nullable FolderLock folderLock) {
        this.options = options;
        this.time = time;
        this.folderLock = folderLock;
        head = new Head(options.limits(), this::log);
        var logFolder = options.folder().resolve("log");
        long began = System.nanoTime();
        SampleLog.Replayed replayed = SampleLog.replay(logFolder, 0, (_, _, _) -> {}, head::replay);
        log = SampleLog.open(logFolder);
        LOG.info(
                "replayed {} records of {} bytes in {} ms: {} series",
                replayed.records(),
                replayed.bytes(),
                (System.nanoTime() - began) / 1_000_000,
                head.seriesCount());
        upkeep = Thread.ofPlatform().daemon().name("storage-upkeep").start(this::upkeep);
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

    private void upkeep() {
        while (!closed) {
            LockSupport.parkNanos(Math.max(50, options.fsyncMs()) * 1_000_000L);
            try {
                log.sync();
            } catch (IOException e) {
                LOG.error("cannot force the log to disk", e);
            }
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
                    ApiError.UNAVAILABLE, "cannot write the log in " + options.folder() + ": " + e.getMessage(), e);
        }
    }

    // ------------------------------------------------------------------ SeriesSource

    @Override
    public SeriesSet select(Selection selection) {
        ready();
        var sources = new ArrayList<SeriesSet>();
        sources.add(head.select(selection.range(), selection.matchers()));
        return SeriesMerge.of(sources, selection.hints().sorted());
    }

    @Override
    public Listing labelNames(ListingRequest request) {
        ready();
        return listing(head.labelNames(request.range(), request.matcherSets()), request.limit());
    }

    @Override
    public Listing labelValues(String name, ListingRequest request) {
        ready();
        return listing(head.labelValues(name, request.range(), request.matcherSets()), request.limit());
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

    public Head head() {
        return head;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(upkeep);
        try {
            upkeep.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
        if (folderLock != null) {
            folderLock.close();
        }
    }
}
