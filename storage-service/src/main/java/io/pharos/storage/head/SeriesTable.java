package io.pharos.storage.head;

import io.pharos.storage.memory.RawMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/*
 * One record of a cache line per series:
 *
 *    0 last time (ms)        8 bits of the last value     16 last step (ms, int)   20 slot of the open chunk
 *   24 newest full chunk    28 generation                32 bits in the open chunk  34 samples in it
 *   36 leading, 37 trailing zeros of the XOR window      38 flags                   40 first time of the open chunk
 *   48 number of the batch that appended last (int)      52 the batch's first row of the series (int)
 */
/// The records of the series of a head, numbered from 0. Not thread-safe.
final class SeriesTable implements AutoCloseable {
    static final int RECORD = 64;
    private static final int PER_PAGE = 1 << 14;

    static final int HAS_SAMPLE = 1;
    /// The last sample is a histogram.
    static final int LAST_HISTOGRAM = 2;
    static final int LAST_FLOAT_HISTOGRAM = 4;
    /// The head has a [SideSeries] for it.
    static final int HAS_SIDE = 8;
    static final int LIVE = 16;

    /// The flags of a series that has had floats only, in order.
    static final byte PLAIN = LIVE | HAS_SAMPLE;

    static final int NO_WINDOW = 0xff;

    // Offsets of the words of a record, for those who read several fields at once.
    static final int LAST_MS = 0;
    static final int LAST_BITS = 8;
    /// Last step, open chunk above.
    static final int STEP_AND_OPEN = 16;
    /// Newest full chunk, generation above.
    static final int FULL_AND_GENERATION = 24;
    /// From the lowest bit: bits (16), samples (16), leading (8), trailing (8), flags (8).
    static final int STATE = 32;

    static final int BATCH_AND_ROW = 48;

    private final Arena arena = Arena.ofShared();
    private MemorySegment[] pages = new MemorySegment[8];
    private long[] addresses = new long[8];
    private int pageCount;
    private int size;
    private int[] free = new int[16];
    private int freeCount;

    /// A number for a new series; its record is empty but for the generation.
    int allocate() {
        int id;
        if (freeCount > 0) {
            id = free[--freeCount];
            clear(id);
        } else {
            id = size++; // its record is zero
            ensurePage(id >>> 14);
            lastMs(id, Long.MIN_VALUE);
            flags(id, LIVE);
        }
        return id;
    }

    /// Makes `id` live, as replay asks for it.
    void allocate(int id) {
        while (size <= id) {
            int next = size++;
            ensurePage(next >>> 14);
            if (next != id) {
                pushFree(next);
            }
        }
        for (int i = freeCount - 1; i >= 0; i--) {
            if (free[i] == id) {
                free[i] = free[--freeCount];
                break;
            }
        }
        clear(id);
    }

    private void ensurePage(int page) {
        while (pageCount <= page) {
            if (pageCount == pages.length) {
                pages = Arrays.copyOf(pages, pageCount * 2);
                addresses = Arrays.copyOf(addresses, pageCount * 2);
            }
            pages[pageCount] = arena.allocate((long) PER_PAGE * RECORD, 64);
            addresses[pageCount] = pages[pageCount].address();
            pageCount++;
        }
    }

    private void clear(int id) {
        long at = address(id);
        int generation = generation(id);
        for (int i = 0; i < RECORD; i += 8) {
            RawMemory.putLong(at + i, 0);
        }
        RawMemory.putInt(at + 28, generation);
        lastMs(id, Long.MIN_VALUE);
        flags(id, LIVE);
    }

    /// Gives the number back; references to it go stale.
    void release(int id) {
        flags(id, 0);
        generation(id, generation(id) + 1);
        pushFree(id);
    }

    private void pushFree(int id) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = id;
    }

    /// One more than the largest number ever given out.
    int size() {
        return size;
    }

    MemorySegment record(int id) {
        return pages[id >>> 14].asSlice(at(id), RECORD);
    }

    /// The record of a number in a new table, to be filled.
    MemorySegment claim(int id) throws IOException {
        if (id < 0) {
            throw new IOException("series " + id);
        }
        if (id >= size) {
            size = id + 1;
            ensurePage(id >>> 14);
        }
        return record(id);
    }

    /// After records were filled: `numbers` were given out; finds the free ones among them.
    void given(int numbers) {
        if (numbers > size) {
            size = numbers;
            ensurePage(numbers - 1 >>> 14);
        }
        for (int id = size - 1; id >= 0; id--) {
            if ((flags(id) & LIVE) == 0) {
                pushFree(id);
            }
        }
    }

    long bytes() {
        return (long) pageCount * PER_PAGE * RECORD;
    }

    private static long at(int id) {
        return (long) (id & PER_PAGE - 1) << 6;
    }

    /// Where the record of a series begins, for [RawMemory].
    long address(int id) {
        return addresses[id >>> 14] + at(id);
    }

    /// The reference of a series: `generation << 32 | id + 1`, never 0.
    long reference(int id) {
        return (long) (generation(id) & 0x7fffffff) << 32 | id + 1L;
    }

    /// The series a reference names, −1 where it is none or has gone stale.
    int resolve(long reference) {
        int id = (int) reference - 1;
        if (id < 0 || id >= size) {
            return -1;
        }
        boolean current = (generation(id) & 0x7fffffff) == (int) (reference >>> 32) && (flags(id) & LIVE) != 0;
        return current ? id : -1;
    }

    /// The number in a reference, −1 where no series has it; [#isPlain] or [#resolve] tell whether it is that series.
    int inRange(long reference) {
        int id = (int) reference - 1;
        return id < size ? id : -1;
    }

    /// Whether the record is that of the reference's series, and that one has had floats only.
    static boolean isPlain(long record, long reference) {
        return RawMemory.getByte(record + 38) == PLAIN
                && (RawMemory.getInt(record + 28) & 0x7fffffff) == (int) (reference >>> 32);
    }

    /// Reads a word of each record, so that the processor has them at hand: it waits for many at a time here, and for
    /// one after the other where each is worked on. Answers something to use, so that the reads stay.
    long touch(long[] references, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            int id = inRange(references[i]);
            if (id >= 0) {
                sum += RawMemory.getLong(address(id));
            }
        }
        return sum;
    }

    boolean isLive(int id) {
        return id < size && (flags(id) & LIVE) != 0;
    }

    long lastMs(int id) {
        return RawMemory.getLong(address(id));
    }

    void lastMs(int id, long ms) {
        RawMemory.putLong(address(id), ms);
    }

    long lastBits(int id) {
        return RawMemory.getLong(address(id) + 8);
    }

    void lastBits(int id, long bits) {
        RawMemory.putLong(address(id) + 8, bits);
    }

    int lastStep(int id) {
        return RawMemory.getInt(address(id) + 16);
    }

    void lastStep(int id, int ms) {
        RawMemory.putInt(address(id) + 16, ms);
    }

    int open(int id) {
        return RawMemory.getInt(address(id) + 20);
    }

    void open(int id, int slot) {
        RawMemory.putInt(address(id) + 20, slot);
    }

    int full(int id) {
        return RawMemory.getInt(address(id) + 24);
    }

    void full(int id, int slot) {
        RawMemory.putInt(address(id) + 24, slot);
    }

    int generation(int id) {
        return RawMemory.getInt(address(id) + 28);
    }

    void generation(int id, int generation) {
        RawMemory.putInt(address(id) + 28, generation);
    }

    int bit(int id) {
        return RawMemory.getInt(address(id) + 32) & 0xffff;
    }

    void bit(int id, int bit) {
        RawMemory.putInt(address(id) + 32, count(id) << 16 | bit);
    }

    int count(int id) {
        return RawMemory.getInt(address(id) + 32) >>> 16;
    }

    void count(int id, int count) {
        RawMemory.putInt(address(id) + 32, count << 16 | bit(id));
    }

    int leading(int id) {
        return RawMemory.getByte(address(id) + 36) & 0xff;
    }

    int trailing(int id) {
        return RawMemory.getByte(address(id) + 37) & 0xff;
    }

    void window(int id, int leading, int trailing) {
        RawMemory.putByte(address(id) + 36, (byte) leading);
        RawMemory.putByte(address(id) + 37, (byte) trailing);
    }

    int flags(int id) {
        return RawMemory.getByte(address(id) + 38);
    }

    void flags(int id, int flags) {
        RawMemory.putByte(address(id) + 38, (byte) flags);
    }

    long openFirstMs(int id) {
        return RawMemory.getLong(address(id) + 40);
    }

    void openFirstMs(int id, long ms) {
        RawMemory.putLong(address(id) + 40, ms);
    }

    /// The batch that touched the series last, and the first row of the series in it.
    int batch(int id) {
        return RawMemory.getInt(address(id) + 48);
    }

    int batchRow(int id) {
        return RawMemory.getInt(address(id) + 52);
    }

    void batch(int id, int batch, int row) {
        RawMemory.putInt(address(id) + 48, batch);
        RawMemory.putInt(address(id) + 52, row);
    }

    @Override
    public void close() {
        arena.close();
    }
}
