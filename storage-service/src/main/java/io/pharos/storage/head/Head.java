package io.pharos.storage.head;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.DenseFloats;
import io.pharos.model.chunk.HistogramChunk;
import io.pharos.model.chunk.HistogramChunkWriter;
import io.pharos.model.chunk.XorChunk;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.OnReject;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.disk.Disk;
import io.pharos.storage.index.LabelIndex;
import io.pharos.storage.memory.Slab;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
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
    private final FullChunks.Scratch cutting = new FullChunks.Scratch(); // of who has the write lock
    final Exemplars exemplars;
    final Map<String, MetricMetadata> metadata = new HashMap<>();
    final HeadFigures figures = new HeadFigures();
    private final Map<Integer, SideSeries> sides = new HashMap<>();
    final Admission admission = new Admission(this);
    private final Appender appender;
    private final Log sink;
    volatile HeadLimits limits;
    volatile long minMs = Long.MAX_VALUE;
    volatile long maxMs = Long.MIN_VALUE;
    private volatile int fullCount;
    private volatile long fullBytes;
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

    void addFloat(int id, long beforeMs, long beforeBits, long ms, long bits) {
        if ((series.flags(id) & SeriesTable.HAS_SIDE) != 0) {
            cutSide(id, false);
        }
        if (!open.append(id, beforeMs, beforeBits, ms, bits)) {
            cutOpen(id);
            open.append(id, beforeMs, beforeBits, ms, bits);
        }
    }

    void addStarted(int id, long ms, double value, long startMs) {
        SideSeries side = sideOrNew(id);
        if (series.count(id) > 0) {
            cutOpen(id);
        }
        cutHistograms(id, side);
        if (side.started >= 120) {
            cutStarted(id, side);
        }
        side.addStarted(ms, value, startMs);
    }

    void addHistogram(int id, long ms, NativeHistogram histogram, long startMs) {
        SideSeries side = sideOrNew(id);
        if (series.count(id) > 0) {
            cutOpen(id);
        }
        cutStarted(id, side);
        HistogramChunkWriter writer = side.histograms;
        if (writer == null || writer.sizeBytes() > SideSeries.LARGE || !writer.append(ms, histogram)) {
            cutHistograms(id, side);
            writer = new HistogramChunkWriter(ms, histogram);
            side.histograms = writer;
        }
        side.noteHistogramStart(writer.count() - 1, startMs);
    }

    void addLate(int id, long ms, double value, @Nullable NativeHistogram histogram) {
        SideSeries side = sideOrNew(id);
        if (side.addLate(ms, value, histogram)) {
            figures.lateAppended++;
            if (side.late >= SideSeries.RUN) {
                cutLate(id, side);
            }
        }
    }

    // ------------------------------------------------------------------ cutting

    private void cutOpen(int id) {
        int count = series.count(id);
        if (count == 0) {
            return;
        }
        FullChunks.Scratch scratch = cutting;
        int slot = series.open(id);
        int length = slab.capacity(slot);
        byte[] bytes = scratch.bytes(length + XorChunk.PADDING);
        MemorySegment.copy(slab.segment(slot), ValueLayout.JAVA_BYTE, Slab.offset(slot), bytes, 0, length);
        XorChunk.decode(bytes, 0, length, count, scratch.times, scratch.values, 0);
        noteFull(id, full.addFloats(series.full(id), scratch.times, scratch.values, null, count, 0, scratch));
        open.clear(id);
    }

    private void noteFull(int id, int slot) {
        series.full(id, slot);
        fullCount++;
        fullBytes += full.sizeBytes(slot);
        figures.chunksCreated++;
    }

    /// Cuts what a series has beside its open chunk; late samples only where `late`.
    void cutSide(int id, boolean late) {
        SideSeries side = side(id);
        cutStarted(id, side);
        cutHistograms(id, side);
        if (late) {
            cutLate(id, side);
        }
        if (side.isEmpty()) {
            sides.remove(id);
            series.flags(id, series.flags(id) & ~SeriesTable.HAS_SIDE);
        }
    }

    private void cutStarted(int id, SideSeries side) {
        if (side.started == 0) {
            return;
        }
        noteFull(
                id,
                full.addFloats(
                        series.full(id),
                        side.startedTimes,
                        side.startedValues,
                        side.startedStarts,
                        side.started,
                        0,
                        cutting));
        side.clearStarted();
    }

    private void cutHistograms(int id, SideSeries side) {
        HistogramChunkWriter writer = side.histograms;
        if (writer == null) {
            return;
        }
        noteFull(
                id,
                addHistogramChunk(
                        series.full(id), writer.chunk(), side.histogramsHaveStarts ? side.histogramStarts : null, 0));
        side.clearHistograms();
    }

    private int addHistogramChunk(int next, HistogramChunk chunk, long @Nullable [] starts, int flags) {
        byte[] bytes = chunk.toBytes();
        byte[] startBytes = null;
        if (starts != null) {
            var out = new io.pharos.model.chunk.ByteWriter(64);
            new DenseFloats().encodeTimes(starts, 0, chunk.count(), out);
            startBytes = out.toBytes();
        }
        int kind =
                switch (chunk.encoding()) {
                    case HISTOGRAM -> FullChunks.HISTOGRAMS;
                    case FLOAT_HISTOGRAM -> FullChunks.FLOAT_HISTOGRAMS;
                    case XOR -> throw new IllegalStateException("bug: floats in a histogram chunk");
                };
        return full.add(
                next,
                chunk.count(),
                kind,
                flags,
                chunk.firstMs(),
                chunk.lastMs(),
                bytes,
                bytes.length,
                startBytes,
                startBytes == null ? 0 : startBytes.length);
    }

    private void cutLate(int id, SideSeries side) {
        int from = 0;
        while (from < side.late) {
            NativeHistogram first = side.lateHistograms[from];
            if (first == null) {
                int to = from;
                while (to < side.late && side.lateHistograms[to] == null) {
                    to++;
                }
                noteFull(
                        id,
                        full.addFloats(
                                series.full(id),
                                Arrays.copyOfRange(side.lateTimes, from, to),
                                Arrays.copyOfRange(side.lateValues, from, to),
                                null,
                                to - from,
                                FullChunks.OUT_OF_ORDER,
                                cutting));
                from = to;
                continue;
            }
            var writer = new HistogramChunkWriter(side.lateTimes[from], first);
            from++;
            while (from < side.late) {
                NativeHistogram next = side.lateHistograms[from];
                if (next == null || !writer.append(side.lateTimes[from], next)) {
                    break;
                }
                from++;
            }
            noteFull(id, addHistogramChunk(series.full(id), writer.chunk(), null, FullChunks.OUT_OF_ORDER));
        }
        side.clearLate();
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

    // ------------------------------------------------------------------ replay

    /// Applies a record of the log, which stood at a position, before the head is used: what of it is not in the
    /// checkpoint.
    public void replay(long position, byte[] bytes, int from, int to) {
        var in = new ByteReader(bytes, from, to);
        int type = in.u8();
        if (type == LogRecords.BATCH) {
            replayBatch(in, position);
        } else {
            throw new IllegalStateException(
                    "log record of the unknown type " + type + "; it was written by a newer version");
        }
    }

    private void replayBatch(ByteReader in, long position) {
        boolean partly = position < restored.all;
        for (int n = in.u32(); n > 0; n--) {
            int id = (int) in.uvarint();
            Labels labels = LogRecords.labels(in);
            if (partly && position < restored.of(id)) {
                continue;
            }
            if (series.isLive(id)) {
                if (index.labels(id).equals(labels)) {
                    continue;
                }
                forget(RoaringBitmap.bitmapOf(id));
            }
            int other = index.find(labels);
            if (other >= 0) {
                forget(RoaringBitmap.bitmapOf(other));
            }
            series.allocate(id);
            index.add(id, labels);
        }
        int rows = in.u32();
        int id = -1;
        long ms = 0;
        byte[] bytes = in.array();
        for (int row = 0; row < rows; row++) {
            int control = in.u8();
            id = (control & LogRecords.NEXT_ID) != 0 ? id + 1 : id + (int) in.varint();
            if ((control & LogRecords.SAME_TIME) == 0) {
                ms += in.varint();
            }
            long start = (control & LogRecords.START) != 0 ? ms - in.varint() : 0;
            NativeHistogram histogram = null;
            long bits = 0;
            if ((control & LogRecords.HISTOGRAM) != 0) {
                histogram = LogRecords.histogram(in);
            } else {
                int length = control & 15;
                int at = in.at();
                in.skip(length);
                for (int i = 0; i < length; i++) {
                    bits |= (bytes[at + i] & 0xffL) << 56 - 8 * i;
                }
            }
            if (partly && position < restored.of(id)) {
                continue;
            }
            if (series.isLive(id)) {
                replayRow(id, ms, bits, histogram, start);
            } else {
                figures.replayLost++;
            }
        }
        for (int n = in.size(in.remaining()); n > 0; n--) {
            Labels labels = LogRecords.labels(in);
            Exemplar exemplar = LogRecords.exemplar(in);
            if (!partly) {
                exemplars.add(labels, exemplar);
            }
        }
        LogRecords.metadata(in, metadata);
    }

    private void replayRow(int id, long ms, long bits, @Nullable NativeHistogram histogram, long start) {
        minMs = Math.min(minMs, ms);
        long before = series.lastMs(id);
        if ((series.flags(id) & SeriesTable.HAS_SAMPLE) != 0 && ms <= before) {
            if (ms < before) {
                addLate(id, ms, Double.longBitsToDouble(bits), histogram);
            }
            return;
        }
        maxMs = Math.max(maxMs, ms);
        long beforeBits = series.lastBits(id);
        if (histogram != null) {
            SideSeries side = sideOrNew(id);
            side.last = histogram;
            int now = SeriesTable.LIVE | SeriesTable.HAS_SAMPLE | SeriesTable.LAST_HISTOGRAM | SeriesTable.HAS_SIDE;
            series.flags(
                    id,
                    histogram instanceof io.pharos.model.histogram.FloatHistogram
                            ? now | SeriesTable.LAST_FLOAT_HISTOGRAM
                            : now);
            series.lastMs(id, ms);
            addHistogram(id, ms, histogram, start);
            return;
        }
        if ((series.flags(id) & SeriesTable.LAST_HISTOGRAM) != 0) {
            side(id).last = null;
        }
        series.flags(
                id,
                (series.flags(id) | SeriesTable.HAS_SAMPLE)
                        & ~(SeriesTable.LAST_HISTOGRAM | SeriesTable.LAST_FLOAT_HISTOGRAM));
        series.lastBits(id, bits);
        series.lastMs(id, ms);
        if (start != 0) {
            addStarted(id, ms, Double.longBitsToDouble(bits), start);
        } else {
            addFloat(id, before, beforeBits, ms, bits);
        }
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
                    cutAll(id);
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

    private void cutAll(int id) {
        cutOpen(id);
        if ((series.flags(id) & SeriesTable.HAS_SIDE) != 0) {
            cutSide(id, true);
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
            fullCount--;
            fullBytes -= full.sizeBytes(old);
            figures.chunksRemoved++;
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

    void restored(int chunks, long bytes, Checkpoint.Positions positions) {
        fullCount = chunks;
        fullBytes = bytes;
        restored = positions;
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
        return fullCount + index.seriesCount();
    }

    public long fullBytes() {
        return fullBytes;
    }

    int fullCount() {
        return fullCount;
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
