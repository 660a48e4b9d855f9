package io.pharos.storage.head;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.storage.disk.Disk;
import io.pharos.storage.memory.ImageReader;
import io.pharos.storage.memory.ImageWriter;
import io.pharos.storage.memory.Slab;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/*
 * An image of the head is a file of sections (see ImageWriter):
 *
 *   1 start     "PHCP" | u32 version | u64 segment of the log to go on with | u32 series, u32 pairs about
 *   2 stretch*  u64 log position | u32 first number | per series:
 *                 u32 number | record (64 bytes) | labels | open chunk | u32 full chunks, each oldest first
 *                 | where the record says that it has a side series: its newest histogram in the coding of the log
 *                 slots as u32 length, bytes
 *   3 pairs*    u32 first pair | u32 n | texts as u32 length, bytes
 *   4 rest      u64 log position | u64 oldest, newest time | u32 numbers of series given out | u32 stretches
 *                 | exemplars in the coding of the log, each with a byte, 1 where it is in a partition, too
 *                 | metadata in the coding of the log
 *
 * Appends go on between any two sections. A stretch is therefore as of a position of the log of its own, and covers the
 * numbers from its first one to that of the next stretch: records before the position are in it, records from there on
 * are not, and replay takes each row by the position of the stretch that covers its series. Nothing is sealed and no
 * series leaves meanwhile, so that a series is in one stretch, or in none and wholly in the log.
 *
 * Only what is used is written, and reading it packs the slots anew: memory that came apart over days is tidy after a
 * start.
 */
/// Writes and reads images of a head.
final class Checkpoint {
    static final int VERSION = 2;

    private static final int MAGIC = 0x50434850;
    private static final int START = 1;
    private static final int STRETCH = 2;
    private static final int PAIRS = 3;
    private static final int REST = 4;

    private static final int STRETCH_SERIES = 2048;
    private static final int SECTION_BYTES = 512 << 10;

    private Checkpoint() {}

    /// Which records a head that was read already has.
    static final class Positions {
        private int[] firsts = new int[64];
        private long[] positions = new long[64];
        private int count;
        /// Records from here on are in no stretch.
        long all;

        int from;
        int to; // of the stretch asked for last
        private long ofThat;

        void add(int first, long position) {
            if (count == firsts.length) {
                firsts = Arrays.copyOf(firsts, count * 2);
                positions = Arrays.copyOf(positions, count * 2);
            }
            firsts[count] = first;
            positions[count++] = position;
            all = Math.max(all, position);
        }

        /// Records from here on are not in what was read of the series.
        long of(int id) {
            if (id < from || id >= to) {
                int at = Arrays.binarySearch(firsts, 0, count, id);
                at = at >= 0 ? at : -at - 2;
                from = at < 0 ? 0 : firsts[at];
                to = at + 1 < count ? firsts[at + 1] : Integer.MAX_VALUE;
                ofThat = at < 0 ? 0 : positions[at];
            }
            return ofThat;
        }
    }

    // ------------------------------------------------------------------ write

    /// Writes an image and answers its size; it is durable.
    static long write(Head head, Disk disk, Path file, Head.Rotation rotation) throws IOException {
        try (var out = new ImageWriter(disk, file)) {
            var pause = new Pause(head);
            pause.begin();
            try {
                head.readers.reclaim();
                out.begin(START);
                out.u32(MAGIC);
                out.u32(VERSION);
                out.u64(rotation.rotate());
                out.u32(head.index.seriesCount());
                out.u32(head.index.pairCount());
            } finally {
                pause.end();
            }
            out.end();
            int stretches = 0;
            for (int next = 0; next >= 0; stretches++) {
                pause.begin();
                try {
                    out.begin(STRETCH);
                    next = stretch(head, out, rotation.position(), next);
                } finally {
                    pause.end();
                }
                out.end();
                pause.letOthers();
            }
            byte[][] pairs = head.withIndex(i -> i.pairTexts());
            for (int at = 0; at < pairs.length; ) {
                at = pairs(out, pairs, at);
            }
            pause.begin();
            try {
                rest(head, out, rotation.position(), stretches);
            } finally {
                pause.end();
            }
            out.end();
            out.force();
            head.figures.checkpointPauseNanos = pause.longest;
            return out.written();
        }
    }

    /// The head's write lock, with the longest time it was held.
    private static final class Pause {
        private final Head head;
        private long began;
        private long longest;

        Pause(Head head) {
            this.head = head;
        }

        void begin() {
            head.lock.writeLock().lock();
            began = System.nanoTime();
        }

        void end() {
            longest = Math.max(longest, System.nanoTime() - began);
            head.lock.writeLock().unlock();
        }

        /// The lock is unfair: whoever waits for it goes first here.
        void letOthers() {
            for (int i = 0; i < 50 && head.lock.hasQueuedThreads(); i++) {
                LockSupport.parkNanos(20_000);
            }
        }
    }

    /// Adds series from a number on and answers where the next stretch begins, −1 where there is none.
    private static int stretch(Head head, ImageWriter out, long position, int first) {
        out.u64(position);
        out.u32(first);
        var it = head.index.all().getIntIterator();
        it.advanceIfNeeded(first);
        for (int n = 0; it.hasNext(); n++) {
            if (n == STRETCH_SERIES || out.size() >= SECTION_BYTES) {
                return it.peekNext();
            }
            series(head, out, it.next());
        }
        return -1;
    }

    private static void series(Head head, ImageWriter out, int id) {
        if ((head.series.flags(id) & SeriesTable.HAS_SIDE) != 0) {
            head.chunks.cutSide(id, true);
        }
        out.u32(id);
        out.segment(head.series.record(id), 0, SeriesTable.RECORD);
        slot(head, out, head.index.slot(id), head.index.slotBytes(id));
        slot(head, out, head.series.open(id), head.series.bit(id) + 7 >>> 3);
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
        if ((head.series.flags(id) & SeriesTable.HAS_SIDE) != 0) {
            var last = head.side(id).last;
            if (last == null) {
                throw new IllegalStateException("bug: a side series that was cut and remembers nothing");
            }
            var bytes = new ByteWriter(256);
            LogRecords.histogram(bytes, last);
            out.u32(bytes.size());
            out.bytes(bytes.array(), 0, bytes.size());
        }
    }

    private static void slot(Head head, ImageWriter out, int slot, int length) {
        out.u32(slot == 0 ? 0 : length);
        if (slot != 0) {
            out.segment(head.slab.segment(slot), Slab.offset(slot), length);
        }
    }

    private static int pairs(ImageWriter out, byte[][] pairs, int first) throws IOException {
        int to = first;
        int bytes = 0;
        while (to < pairs.length && bytes < SECTION_BYTES) {
            bytes += 4 + pairs[to++].length;
        }
        out.begin(PAIRS);
        out.u32(first);
        out.u32(to - first);
        for (int i = first; i < to; i++) {
            out.u32(pairs[i].length);
            out.bytes(pairs[i], 0, pairs[i].length);
        }
        out.end();
        return to;
    }

    private static void rest(Head head, ImageWriter out, long position, int stretches) {
        out.begin(REST);
        out.u64(position);
        out.u64(head.minMs);
        out.u64(head.maxMs);
        out.u32(head.series.size());
        out.u32(stretches);
        var rest = new ByteWriter(4096);
        rest.uvarint(head.exemplars.count());
        head.exemplars.forEach((series, exemplar) -> {
            LogRecords.labels(rest, series);
            LogRecords.exemplar(rest, exemplar);
            rest.u8(head.exemplars.isSealed(exemplar) ? 1 : 0);
        });
        LogRecords.metadata(rest, head.metadata);
        out.u32(rest.size());
        out.bytes(rest.array(), 0, rest.size());
    }

    // ------------------------------------------------------------------ read

    /// @throws IOException where the file is no sound image beyond stretches of series that are lost
    static Head.Restored read(Head head, Path file) throws IOException {
        try (var in = new ImageReader(file)) {
            if (!in.next() || !in.sound() || in.kind() != START || in.u32() != MAGIC) {
                throw new IOException("it is no checkpoint");
            }
            int version = in.u32();
            if (version != VERSION) {
                throw new IllegalStateException("the checkpoint " + file + " has the format version " + version
                        + ", this program reads " + VERSION + "; use the program that wrote it");
            }
            long segment = in.u64();
            head.index.expect(in.u32(), in.u32());
            int lost = 0;
            int stretches = 0;
            var positions = new Positions();
            var chunks = new Chunks();
            while (in.next()) {
                if (!in.sound()) {
                    if (in.kind() != STRETCH) {
                        throw new IOException("bad checksum of the section that ends at byte " + in.position());
                    }
                    lost++;
                    continue;
                }
                switch (in.kind()) {
                    case STRETCH -> {
                        stretches++;
                        long position = in.u64();
                        positions.add(in.u32(), position);
                        stretch(head, in, chunks);
                    }
                    case PAIRS -> head.index.readPairs(in);
                    case REST -> {
                        rest(head, in, positions, stretches + lost);
                        head.restored(chunks.count, chunks.bytes, positions);
                        return new Head.Restored(segment, in.position(), lost);
                    }
                    default -> throw new IOException("a section of kind " + in.kind());
                }
            }
            throw new IOException("it ends early");
        }
    }

    private static final class Chunks {
        int count;
        long bytes;
    }

    private static void stretch(Head head, ImageReader in, Chunks chunks) throws IOException {
        while (in.hasMore()) {
            int id = in.u32();
            MemorySegment record = head.series.claim(id);
            in.segment(record, 0, SeriesTable.RECORD);
            head.series.batch(id, 0, 0);
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
                chunks.count++;
                chunks.bytes += head.full.sizeBytes(full);
            }
            head.series.full(id, full);
            if ((head.series.flags(id) & SeriesTable.HAS_SIDE) != 0) {
                var side = new SideSeries();
                side.last = LogRecords.histogram(new ByteReader(in.bytes(in.count())));
                head.sides().put(id, side);
            }
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
        long at = Slab.offset(slot);
        in.segment(segment, at, length);
        if (more > 0) {
            long end = at + head.slab.capacity(slot);
            for (long zero = at + length; zero < end; zero++) {
                segment.set(ValueLayout.JAVA_BYTE, zero, (byte) 0);
            }
        }
        return slot;
    }

    private static void rest(Head head, ImageReader in, Positions positions, int stretches) throws IOException {
        positions.all = Math.max(positions.all, in.u64());
        head.minMs = in.u64();
        head.maxMs = in.u64();
        head.series.given(in.u32());
        int there = in.u32();
        if (there != stretches) {
            throw new IOException(stretches + " stretches of series of " + there);
        }
        head.index.restore();
        var of = new ByteReader(in.bytes(in.count()));
        for (int n = of.size(of.remaining()); n > 0; n--) {
            var labels = LogRecords.labels(of);
            var exemplar = LogRecords.exemplar(of);
            head.exemplars.add(labels, exemplar);
            if (of.u8() == 1) {
                head.exemplars.sealed(labels, exemplar);
            }
        }
        LogRecords.metadata(of, head.metadata);
    }
}
