package io.pharos.storage.head;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.storage.memory.ImageReader;
import io.pharos.storage.memory.ImageWriter;
import io.pharos.storage.memory.Slab;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/*
 * An image of the head, little-endian:
 *
 *   "PHCP" | u32 version | u64 log segment to go on with | u64 oldest, newest time
 *   label pairs | u32 numbers of series given out | u32 series
 *   per series: u32 id | record (64 bytes) | labels | open chunk | u32 full chunks, each oldest first
 *     slots as u32 length, bytes
 *   u32 n, bytes: last histograms, exemplars, metadata in the coding of the log | u32 CRC-32C
 *
 * Only what is used is written, and reading it packs the slots anew: memory that came apart over days is tidy after a
 * start.
 */
/// Writes and reads images of a head.
final class Checkpoint {
    private static final int MAGIC = 0x50434850;
    private static final int VERSION = 1;

    private Checkpoint() {}

    static void write(Head head, ImageWriter out, long segment) throws IOException {
        out.u32(MAGIC);
        out.u32(VERSION);
        out.u64(segment);
        out.u64(head.minMs);
        out.u64(head.maxMs);
        head.index.writePairs(out);
        out.u32(head.series.size());
        out.u32(head.index.seriesCount());
        for (var it = head.index.all().getIntIterator(); it.hasNext(); ) {
            int id = it.next();
            out.u32(id);
            out.segment(head.series.record(id));
            slot(head, out, head.index.slot(id), head.index.slotBytes(id));
            int open = head.series.open(id);
            slot(head, out, open, head.series.bit(id) + 7 >>> 3);
            int n = 0;
            for (int full = head.series.full(id); full != 0; full = head.full.next(full)) {
                n++;
            }
            out.u32(n);
            if (n > 0) {
                var slots = new int[n];
                for (int full = head.series.full(id); full != 0; full = head.full.next(full)) {
                    slots[--n] = full;
                }
                for (int full : slots) {
                    slot(head, out, full, head.full.slotBytes(full));
                }
            }
        }
        ByteWriter rest = new ByteWriter(4096);
        rest.uvarint(head.sides().size());
        for (Map.Entry<Integer, SideSeries> side : head.sides().entrySet()) {
            var last = side.getValue().last;
            if (last == null) {
                throw new IllegalStateException("bug: a side series that was cut and remembers nothing");
            }
            rest.uvarint(side.getKey());
            LogRecords.histogram(rest, last);
        }
        rest.uvarint(head.exemplars.count());
        head.exemplars.forEach((series, exemplar) -> {
            LogRecords.labels(rest, series);
            LogRecords.exemplar(rest, exemplar);
        });
        LogRecords.metadata(rest, head.metadata);
        out.u32(rest.size());
        out.bytes(rest.array(), 0, rest.size());
    }

    static long read(Head head, ImageReader in) throws IOException {
        if (in.u32() != MAGIC) {
            throw new IOException("it is no checkpoint");
        }
        int version = in.u32();
        if (version != VERSION) {
            throw new IOException("it has the format version " + version + ", this program reads " + VERSION);
        }
        long segment = in.u64();
        head.minMs = in.u64();
        head.maxMs = in.u64();
        head.index.readPairs(in);
        head.series.expect(in.count());
        int count = in.count();
        head.index.expect(count);
        int chunks = 0;
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int id = in.u32();
            in.segment(head.series.claim(id));
            int labels = slot(head, in, 0);
            if (labels == 0) {
                throw new IOException("series " + id + " without labels");
            }
            head.index.attach(id, labels);
            head.series.open(id, slot(head, in, 8));
            int full = 0;
            for (int n = in.count(); n > 0; n--) {
                int next = slot(head, in, 0);
                head.full.next(next, full);
                full = next;
                chunks++;
                bytes += head.full.sizeBytes(full);
            }
            head.series.full(id, full);
        }
        head.series.findFree();
        byte[] rest = in.bytes(in.count());
        in.finish();
        head.restored(chunks, bytes);
        head.index.restore();
        var of = new ByteReader(rest);
        for (int n = of.size(rest.length); n > 0; n--) {
            var side = new SideSeries();
            int id = (int) of.uvarint();
            side.last = LogRecords.histogram(of);
            head.sides().put(id, side);
        }
        for (int n = of.size(rest.length); n > 0; n--) {
            var labels = LogRecords.labels(of);
            head.exemplars.add(labels, LogRecords.exemplar(of));
        }
        var metadata = new HashMap<String, io.pharos.model.sample.MetricMetadata>();
        LogRecords.metadata(of, metadata);
        head.metadata.putAll(metadata);
        return segment;
    }

    private static void slot(Head head, ImageWriter out, int slot, int length) throws IOException {
        out.u32(slot == 0 ? 0 : length);
        if (slot != 0) {
            out.small(head.slab.segment(slot), Slab.offset(slot), length);
        }
    }

    /// Reads a slot into a new one that has room for `more` bytes, zero, behind it.
    private static int slot(Head head, ImageReader in, int more) throws IOException {
        int length = in.count();
        if (length == 0) {
            return 0;
        }
        int slot = head.slab.allocate(length + more);
        MemorySegment segment = head.slab.segment(slot);
        in.small(segment, Slab.offset(slot), length);
        int capacity = head.slab.capacity(slot);
        if (more > 0) {
            segment.asSlice(Slab.offset(slot) + length, capacity - length).fill((byte) 0);
        }
        return slot;
    }
}
