package io.pharos.storage.head;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.DenseFloats;
import io.pharos.model.chunk.HistogramChunk;
import io.pharos.model.chunk.HistogramChunkWriter;
import io.pharos.model.chunk.XorChunk;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.storage.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where samples go: into the open chunk of their series or beside it, and from there into full chunks. Under the
/// head's write lock.
final class SeriesChunks {
    private final Head head;
    private final SeriesTable series;
    private final Slab slab;
    private final OpenChunks open;
    private final FullChunks full;
    private final FullChunks.Scratch cutting = new FullChunks.Scratch();
    private volatile int fullCount;
    private volatile long fullBytes;

    SeriesChunks(Head head) {
        this.head = head;
        series = head.series;
        slab = head.slab;
        open = head.open;
        full = head.full;
    }

    int fullCount() {
        return fullCount;
    }

    long fullBytes() {
        return fullBytes;
    }

    /// Full chunks that were read from a checkpoint.
    void restored(int chunks, long bytes) {
        fullCount = chunks;
        fullBytes = bytes;
    }

    /// A full chunk was dropped.
    void dropped(int slot) {
        fullCount--;
        fullBytes -= full.sizeBytes(slot);
        head.figures.chunksRemoved++;
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
        SideSeries side = head.sideOrNew(id);
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
        SideSeries side = head.sideOrNew(id);
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
        SideSeries side = head.sideOrNew(id);
        if (side.addLate(ms, value, histogram)) {
            head.figures.lateAppended++;
            if (side.late >= SideSeries.RUN) {
                cutLate(id, side);
            }
        }
    }

    // ------------------------------------------------------------------ cutting

    /// Cuts all that a series has, late samples, too.
    void cutAll(int id) {
        cutOpen(id);
        if ((series.flags(id) & SeriesTable.HAS_SIDE) != 0) {
            cutSide(id, true);
        }
    }

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
        head.figures.chunksCreated++;
    }

    /// Cuts what a series has beside its open chunk; late samples only where `late`.
    void cutSide(int id, boolean late) {
        SideSeries side = head.side(id);
        cutStarted(id, side);
        cutHistograms(id, side);
        if (late) {
            cutLate(id, side);
        }
        if (side.isEmpty()) {
            head.sides().remove(id);
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
            var out = new ByteWriter(64);
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
}
