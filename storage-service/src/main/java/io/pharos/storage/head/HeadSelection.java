package io.pharos.storage.head;

import io.pharos.model.chunk.XorChunk;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.storage.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Series of the head as they were at one moment: per series the slots of its chunks and how many samples of
/// the open one count. The slots are pinned until [#close()].
public final class HeadSelection implements SeriesSet {
    private final Head head;
    private final int[] ids;
    private final int size;
    private final int[] open;
    private final short[] counts;
    private final int[] full;
    private final long[] lastMs;
    private final long[] lastBits; // of floats
    private final byte[] flags;
    private final Map<Integer, SideSeries> sides = new HashMap<>();
    private volatile @Nullable Map<Integer, Labels> rescued;
    long epoch;

    /// Under the head's read lock.
    HeadSelection(Head head, int[] ids, int size) {
        this.head = head;
        this.ids = ids;
        this.size = size;
        open = new int[size];
        counts = new short[size];
        full = new int[size];
        lastMs = new long[size];
        lastBits = new long[size];
        flags = new byte[size];
        SeriesTable series = head.series;
        for (int i = 0; i < size; i++) {
            int id = ids[i];
            open[i] = series.open(id);
            counts[i] = (short) series.count(id);
            full[i] = series.full(id);
            lastMs[i] = series.lastMs(id);
            lastBits[i] = series.lastBits(id);
            flags[i] = (byte) series.flags(id);
            if ((flags[i] & SeriesTable.HAS_SIDE) != 0) {
                sides.put(i, head.side(id).snapshot());
            }
        }
        head.readers.opened(this);
    }

    @Override
    public int size() {
        return size;
    }

    /// The head's number of a series.
    public int id(int series) {
        return ids[series];
    }

    @Override
    public Labels labels(int series) {
        head.lock.readLock().lock();
        try {
            Map<Integer, Labels> kept = rescued;
            Labels mine = kept == null ? null : kept.get(series);
            return mine != null ? mine : head.index.labels(ids[series]);
        } finally {
            head.lock.readLock().unlock();
        }
    }

    /// Restricts the selection to full chunks.
    void fullOnly() {
        Arrays.fill(counts, (short) 0);
        sides.clear();
        for (int i = 0; i < size; i++) {
            flags[i] &= ~SeriesTable.HAS_SIDE;
        }
    }

    int fullSlot(int series) {
        return full[series];
    }

    /// Under the write lock: keeps the labels of series that go.
    void rescue(RoaringBitmap gone) {
        Map<Integer, Labels> kept = rescued == null ? new HashMap<>() : new HashMap<>(rescued);
        for (int i = 0; i < size; i++) {
            if (gone.contains(ids[i]) && !kept.containsKey(i)) {
                kept.put(i, head.index.labels(ids[i]));
            }
        }
        rescued = kept;
    }

    @Override
    public Groups group(List<String> names, boolean without) {
        head.lock.readLock().lock();
        try {
            if (rescued == null) {
                var listed = new RoaringBitmap();
                for (String name : names) {
                    int id = head.index.nameId(name);
                    if (id >= 0) {
                        listed.add(id);
                    }
                }
                int metric = head.index.nameId(Labels.METRIC_NAME);
                var groupOf = new int[size];
                var labels = new ArrayList<Labels>();
                head.index.group(
                        ids,
                        size,
                        without ? id -> id != metric && !listed.contains(id) : listed::contains,
                        groupOf,
                        labels);
                return new Groups(groupOf, labels);
            }
        } finally {
            head.lock.readLock().unlock();
        }
        return SeriesSet.super.group(names, without);
    }

    @Override
    public void read(int series, long afterMs, long toMs, SampleBuffer into) {
        FullChunks.Scratch scratch = FullChunks.SCRATCH.get();
        FullChunks chunks = head.full;
        int[] slots = scratch.slots;
        int n = 0;
        boolean late = false;
        for (int slot = full[series]; slot != 0; slot = chunks.next(slot)) {
            if (chunks.lastMs(slot) > afterMs && chunks.firstMs(slot) <= toMs) {
                if (n == slots.length) {
                    slots = Arrays.copyOf(slots, n * 2);
                    scratch.slots = slots;
                }
                slots[n++] = slot;
                late |= (chunks.flags(slot) & FullChunks.OUT_OF_ORDER) != 0;
            }
        }
        SideSeries side = (flags[series] & SeriesTable.HAS_SIDE) == 0 ? null : sides.get(series);
        if (late || side != null) {
            readSlowly(series, afterMs, toMs, into, slots, n, side, scratch);
            return;
        }
        int from = into.floats();
        for (int i = n - 1; i >= 0; i--) {
            chunks.decode(slots[i], into, scratch);
        }
        if (counts[series] != 0 && lastMs[series] > afterMs) {
            readOpen(series, into, scratch);
        }
        Clip.floats(into, from, afterMs, toMs);
        if (into.histogramCount() > 0) {
            // full histogram chunks of a series that has floats only now
            Clip.histograms(into, afterMs, toMs);
        }
    }

    private void readSlowly(
            int series,
            long afterMs,
            long toMs,
            SampleBuffer into,
            int[] slots,
            int n,
            @Nullable SideSeries side,
            FullChunks.Scratch scratch) {
        var merge = new SampleMerge();
        for (int i = n - 1; i >= 0; i--) {
            head.full.decode(slots[i], merge.next(), scratch);
        }
        if (counts[series] != 0) {
            readOpen(series, merge.next(), scratch);
        }
        if (side != null) {
            side.read(merge);
        }
        merge.into(into, afterMs, toMs);
    }

    private void readOpen(int series, SampleBuffer into, FullChunks.Scratch scratch) {
        int count = counts[series] & 0xffff;
        int slot = open[series];
        Slab slab = head.slab;
        MemorySegment memory = slab.segment(slot);
        int length = slab.capacity(slot);
        byte[] bytes = scratch.bytes(length + XorChunk.PADDING);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, Slab.offset(slot), bytes, 0, length);
        into.ensureFloats(count);
        XorChunk.decode(bytes, 0, length, count, into.times(), into.values(), into.floats());
        into.addedFloats(count);
    }

    @Override
    public void latest(int series, long afterMs, long atMs, SampleBuffer into) {
        int f = flags[series];
        if ((f & SeriesTable.HAS_SAMPLE) != 0 && lastMs[series] <= atMs) {
            if (lastMs[series] <= afterMs) {
                return;
            }
            if ((f & (SeriesTable.LAST_HISTOGRAM | SeriesTable.HAS_SIDE)) == 0) {
                into.addFloat(lastMs[series], Double.longBitsToDouble(lastBits[series]));
                return;
            }
        }
        SeriesSet.super.latest(series, afterMs, atMs, into);
    }

    @Override
    public void close() {
        head.readers.closed(this);
    }
}
