package io.pharos.storage.head;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.disk.Disk;
import io.pharos.storage.index.FamilyNames;
import io.pharos.storage.index.LabelIndex;
import io.pharos.storage.memory.Slab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The head: every live series with its newest samples. Thread-safe: one batch at a time, selections beside it.
public final class Head implements AutoCloseable {
    final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    final Slab slab = new Slab();
    final SeriesTable series = new SeriesTable();
    final LabelIndex index = new LabelIndex(slab);
    final Readers readers = new Readers(slab);
    final OpenChunks open = new OpenChunks(series, slab, readers);
    final FullChunks full = new FullChunks(slab);
    final SeriesChunks chunks = new SeriesChunks(this);
    final Exemplars exemplars;
    final Map<String, MetricMetadata> metadata = new HashMap<>();
    final HeadFigures figures = new HeadFigures();
    private final Map<Integer, SideSeries> sides = new HashMap<>();
    final Admission admission = new Admission(this);
    private final Appender appender;
    private final Replay replay = new Replay(this);
    private final Log sink;
    volatile HeadLimits limits;
    volatile long minMs = Long.MAX_VALUE;
    volatile long maxMs = Long.MIN_VALUE;
    private Checkpoint.Positions restored = new Checkpoint.Positions();

    /// Where records of accepted batches go.
    public interface Log {
        void append(byte[] record, int length) throws IOException;
    }

    public Head(HeadLimits limits, Log sink) {
        this.limits = limits;
        this.sink = sink;
        exemplars = new Exemplars(limits.maxExemplars());
        appender = new Appender(this);
    }

    /// Changes what is accepted from now on.
    public void limits(HeadLimits now) {
        lock.writeLock().lock();
        try {
            limits = now;
            exemplars.resize(now.maxExemplars());
        } finally {
            lock.writeLock().unlock();
        }
    }

    public HeadLimits limits() {
        return limits;
    }

    // ------------------------------------------------------------------ append

    /// See `SampleSink.append`.
    ///
    /// @throws IOException when the log cannot take it: nothing was stored
    public Appended append(SampleBatch batch, OnReject onReject) throws IOException {
        return append(batch, onReject, limits.outOfOrderWindowMs());
    }

    /// Appends samples that may lie further behind the newest one than the limits say: `windowMs`.
    public Appended append(SampleBatch batch, OnReject onReject, long windowMs) throws IOException {
        lock.writeLock().lock();
        try {
            readers.reclaim();
            return appender.append(batch, onReject, windowMs);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void log(byte[] record, int length) throws IOException {
        sink.append(record, length);
    }

    boolean hasSides() {
        return !sides.isEmpty();
    }

    SideSeries side(int id) {
        SideSeries side = sides.get(id);
        if (side == null) {
            throw new IllegalStateException("bug: series " + id + " has no side series");
        }
        return side;
    }

    SideSeries sideOrNew(int id) {
        SideSeries side = sides.get(id);
        if (side == null) {
            side = new SideSeries();
            sides.put(id, side);
            series.flags(id, series.flags(id) | SeriesTable.HAS_SIDE);
        }
        return side;
    }

    void forget(RoaringBitmap gone) {
        readers.rescue(gone);
        index.remove(gone);
        gone.forEach((int id) -> {
            sides.remove(id);
            series.release(id);
        });
    }

    // ------------------------------------------------------------------ read

    /// Runs what must see the head and something else as they are at one moment.
    public <T> T consistently(java.util.function.Supplier<T> reader) {
        lock.readLock().lock();
        try {
            return reader.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Series that have samples in the range and match; to be closed.
    public HeadSelection select(TimeRange range, List<Matcher> matchers) {
        lock.readLock().lock();
        try {
            var ids = new int[0];
            int n = 0;
            if (maxMs >= range.firstMs()) {
                RoaringBitmap found = index.matching(matchers);
                ids = new int[found.getCardinality()];
                for (var it = found.getIntIterator(); it.hasNext(); ) {
                    int id = it.next();
                    if (overlaps(id, range)) {
                        ids[n++] = id;
                    }
                }
            }
            return new HeadSelection(this, ids, n);
        } finally {
            lock.readLock().unlock();
        }
    }

    private boolean overlaps(int id, TimeRange range) {
        int flags = series.flags(id);
        if ((flags & SeriesTable.HAS_SIDE) != 0) {
            return true;
        }
        if (series.count(id) > 0 && range.overlaps(series.openFirstMs(id), series.lastMs(id))) {
            return true;
        }
        for (int slot = series.full(id); slot != 0; slot = full.next(slot)) {
            if (range.overlaps(full.firstMs(slot), full.lastMs(slot))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable RoaringBitmap among(TimeRange range, List<List<Matcher>> sets) {
        if (sets.isEmpty()) {
            return null;
        }
        var among = new RoaringBitmap();
        for (List<Matcher> set : sets) {
            among.or(index.matching(set));
        }
        var inRange = new RoaringBitmap();
        for (var it = among.getIntIterator(); it.hasNext(); ) {
            int id = it.next();
            if (overlaps(id, range)) {
                inRange.add(id);
            }
        }
        return inRange;
    }

    /// Label names, sorted, of series matching any set.
    public List<String> labelNames(TimeRange range, List<List<Matcher>> sets) {
        lock.readLock().lock();
        try {
            return outside(range) ? List.of() : index.names(among(range, sets));
        } finally {
            lock.readLock().unlock();
        }
    }

    public List<String> labelValues(String name, TimeRange range, List<List<Matcher>> sets) {
        lock.readLock().lock();
        try {
            return outside(range) ? List.of() : index.values(name, among(range, sets));
        } finally {
            lock.readLock().unlock();
        }
    }

    private boolean outside(TimeRange range) {
        return maxMs < range.firstMs() || minMs > range.lastMs();
    }

    public Map<Labels, List<Exemplar>> exemplars(TimeRange range, Predicate<Labels> wanted) {
        lock.readLock().lock();
        try {
            return exemplars.select(range, wanted);
        } finally {
            lock.readLock().unlock();
        }
    }

    /// What is known of families.
    public Map<String, MetricMetadata> metadata() {
        lock.readLock().lock();
        try {
            return Map.copyOf(metadata);
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Applies a record of the log, which stood at a position, before the head is used: what of it is not in the
    /// checkpoint.
    public void replay(long position, byte[] bytes, int from, int to) {
        replay.record(position, bytes, from, to);
    }

    // ------------------------------------------------------------------ sealing

    /// Cuts what is to be sealed and pins it: the full chunks of all series; with `everything` open ones, too;
    /// and all of series whose last sample lies before `endedMs`.
    public HeadStream seal(boolean everything, long endedMs) {
        HeadStream stream = pin(everything, endedMs);
        stream.sort();
        return stream;
    }

    private HeadStream pin(boolean everything, long endedMs) {
        lock.writeLock().lock();
        try {
            readers.reclaim();
            var ids = new int[Math.max(16, index.seriesCount())];
            int n = 0;
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            for (var it = index.all().getIntIterator(); it.hasNext(); ) {
                int id = it.next();
                if (everything || series.lastMs(id) < endedMs) {
                    chunks.cutAll(id);
                }
                if (series.full(id) == 0) {
                    continue;
                }
                for (int slot = series.full(id); slot != 0; slot = full.next(slot)) {
                    first = Math.min(first, full.firstMs(slot));
                    last = Math.max(last, full.lastMs(slot));
                }
                ids[n++] = id;
            }
            var selection = new HeadSelection(this, ids, n);
            selection.fullOnly();
            return new HeadStream(this, selection, first, last);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Drops what was sealed while `commit` puts it into force, unseen by any selection; then drops series whose last
    /// sample lies before `endedMs` and that have nothing left.
    public void sealed(HeadStream stream, Runnable commit, long endedMs) {
        lock.writeLock().lock();
        try {
            commit.run();
            stream.handed().forEach((series, of) -> of.forEach(exemplar -> exemplars.sealed(series, exemplar)));
            HeadSelection selection = stream.selection();
            for (int i = 0; i < selection.size(); i++) {
                unlink(selection.id(i), selection.fullSlot(i));
            }
            var gone = new RoaringBitmap();
            for (var it = index.all().getIntIterator(); it.hasNext(); ) {
                int id = it.next();
                if (series.lastMs(id) < endedMs
                        && series.full(id) == 0
                        && series.count(id) == 0
                        && ((series.flags(id) & SeriesTable.HAS_SIDE) == 0 || side(id).holdsNothing())) {
                    gone.add(id);
                }
            }
            if (!gone.isEmpty()) {
                figures.seriesRemoved += gone.getCardinality();
                forget(gone);
                // partitions have it
                metadata.keySet()
                        .removeIf(family -> !FamilyNames.hasSeries(
                                family, metric -> index.seriesWith(Labels.METRIC_NAME, metric) > 0));
            }
            minMs = Math.max(minMs, Math.min(maxMs, oldestMs()));
        } finally {
            lock.writeLock().unlock();
        }
    }

    private long oldestMs() {
        long oldest = Long.MAX_VALUE;
        for (var it = index.all().getIntIterator(); it.hasNext(); ) {
            int id = it.next();
            for (int slot = series.full(id); slot != 0; slot = full.next(slot)) {
                oldest = Math.min(oldest, full.firstMs(slot));
            }
            if (series.count(id) > 0) {
                oldest = Math.min(oldest, series.openFirstMs(id));
            }
            if ((series.flags(id) & SeriesTable.HAS_SIDE) != 0) {
                oldest = Math.min(oldest, side(id).oldestMs());
            }
        }
        return oldest;
    }

    /// Removes the chunk `sealed` and all older ones from a series.
    private void unlink(int id, int sealed) {
        int slot = series.full(id);
        if (slot == sealed) {
            series.full(id, 0);
        } else {
            while (full.next(slot) != sealed) {
                slot = full.next(slot);
            }
            full.next(slot, 0);
        }
        for (int old = sealed; old != 0; ) {
            int older = full.next(old);
            chunks.dropped(old);
            readers.free(old);
            old = older;
        }
    }

    /// Series whose last sample lies before a time.
    public int ended(long beforeMs) {
        lock.readLock().lock();
        try {
            int n = 0;
            for (var it = index.all().getIntIterator(); it.hasNext(); ) {
                if (series.lastMs(it.next()) < beforeMs) {
                    n++;
                }
            }
            return n;
        } finally {
            lock.readLock().unlock();
        }
    }

    // ------------------------------------------------------------------ checkpoint

    /// The log, as a checkpoint sees it.
    public interface Rotation {
        /// Begins a new segment and answers its number.
        long rotate() throws IOException;

        /// Where the next record will stand.
        long position();
    }

    /// What was read of a checkpoint: the segment of the log to go on with, the bytes of the file, and how many
    /// stretches of series in it could not be read.
    public record Restored(long segment, long bytes, int lost) {}

    /// Writes an image of the head, and answers its size. Appends go on beside it: they wait for a stretch of series at
    /// most. Nothing may be sealed meanwhile.
    public long checkpoint(Disk disk, Path file, Rotation rotation) throws IOException {
        return Checkpoint.write(this, disk, file, rotation);
    }

    /// Reads an image into this head, which must be new.
    ///
    /// @throws IOException where the file is no sound image; the head must then be thrown away
    public Restored restore(Path file) throws IOException {
        lock.writeLock().lock();
        try {
            return Checkpoint.read(this, file);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void restored(int count, long bytes, Checkpoint.Positions positions) {
        chunks.restored(count, bytes);
        restored = positions;
    }

    Checkpoint.Positions restored() {
        return restored;
    }

    Map<Integer, SideSeries> sides() {
        return sides;
    }

    // ------------------------------------------------------------------ figures

    public Admission admission() {
        return admission;
    }

    /// Bytes outside the heap.
    public long nativeBytes() {
        return slab.reservedBytes() + series.bytes();
    }

    public HeadFigures figures() {
        return figures;
    }

    /// Times of the oldest and newest sample; [Long#MAX_VALUE] and [Long#MIN_VALUE] while there is none.
    public long minMs() {
        return minMs;
    }

    public long maxMs() {
        return maxMs;
    }

    public int seriesCount() {
        return index.seriesCount();
    }

    public int pairCount() {
        return withIndex(LabelIndex::pairCount);
    }

    /// Full chunks and, roughly, one open one per series.
    public int chunkCount() {
        return chunks.fullCount() + index.seriesCount();
    }

    public long fullBytes() {
        return chunks.fullBytes();
    }

    int fullCount() {
        return chunks.fullCount();
    }

    /// Counts of the exemplars.
    public record ExemplarFigures(int count, int series, int max, long lastMs, long appended, long outOfOrder) {}

    public ExemplarFigures exemplarFigures() {
        lock.readLock().lock();
        try {
            return new ExemplarFigures(
                    exemplars.count(),
                    exemplars.series(),
                    exemplars.max(),
                    exemplars.lastMs(),
                    exemplars.appended(),
                    exemplars.rejectedOutOfOrder());
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Runs under the read lock, for figures of the index.
    public <T> T withIndex(java.util.function.Function<LabelIndex, T> reader) {
        lock.readLock().lock();
        try {
            return reader.apply(index);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            slab.close();
            series.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
