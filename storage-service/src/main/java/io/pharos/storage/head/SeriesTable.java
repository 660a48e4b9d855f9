package io.pharos.storage.head;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

    static final int NO_WINDOW = 0xff;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final Arena arena = Arena.ofShared();
    private MemorySegment[] pages = new MemorySegment[8];
    private int pageCount;
    private int size;
    private int[] free = new int[16];
    private int freeCount;

    /// A number for a new series; its record is empty but for the generation.
    int allocate() {
        int id;
        if (freeCount > 0) {
            id = free[--freeCount];
        } else {
            id = size++;
            ensurePage(id >>> 14);
        }
        clear(id);
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
            }
            pages[pageCount++] = arena.allocate((long) PER_PAGE * RECORD, 64);
        }
    }

    private void clear(int id) {
        int generation = generation(id);
        pages[id >>> 14].asSlice(at(id), RECORD).fill((byte) 0);
        pages[id >>> 14].set(INT, at(id) + 28, generation);
        lastMs(id, Long.MIN_VALUE);
        flags(id, LIVE);
    }

    /// Gives the number back; references to it go stale.
    void release(int id) {
        flags(id, 0);
        pages[id >>> 14].set(INT, at(id) + 28, generation(id) + 1);
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

    /// For a new table: `numbers` were given out.
    void expect(int numbers) {
        size = numbers;
        if (numbers > 0) {
            ensurePage(numbers - 1 >>> 14);
        }
    }

    /// The record of a number that [#expect] knows, to be filled.
    MemorySegment claim(int id) throws IOException {
        if (id < 0 || id >= size) {
            throw new IOException("series " + id + " of " + size);
        }
        return record(id);
    }

    /// After records were filled: finds the free numbers.
    void findFree() {
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

    boolean isLive(int id) {
        return id < size && (flags(id) & LIVE) != 0;
    }

    long lastMs(int id) {
        return pages[id >>> 14].get(LONG, at(id));
    }

    void lastMs(int id, long ms) {
        pages[id >>> 14].set(LONG, at(id), ms);
    }

    long lastBits(int id) {
        return pages[id >>> 14].get(LONG, at(id) + 8);
    }

    void lastBits(int id, long bits) {
        pages[id >>> 14].set(LONG, at(id) + 8, bits);
    }

    int lastStep(int id) {
        return pages[id >>> 14].get(INT, at(id) + 16);
    }

    void lastStep(int id, int ms) {
        pages[id >>> 14].set(INT, at(id) + 16, ms);
    }

    int open(int id) {
        return pages[id >>> 14].get(INT, at(id) + 20);
    }

    void open(int id, int slot) {
        pages[id >>> 14].set(INT, at(id) + 20, slot);
    }

    int full(int id) {
        return pages[id >>> 14].get(INT, at(id) + 24);
    }

    void full(int id, int slot) {
        pages[id >>> 14].set(INT, at(id) + 24, slot);
    }

    int generation(int id) {
        return pages[id >>> 14].get(INT, at(id) + 28);
    }

    void generation(int id, int generation) {
        pages[id >>> 14].set(INT, at(id) + 28, generation);
    }

    int bit(int id) {
        return pages[id >>> 14].get(SHORT, at(id) + 32) & 0xffff;
    }

    void bit(int id, int bit) {
        pages[id >>> 14].set(SHORT, at(id) + 32, (short) bit);
    }

    int count(int id) {
        return pages[id >>> 14].get(SHORT, at(id) + 34) & 0xffff;
    }

    void count(int id, int count) {
        pages[id >>> 14].set(SHORT, at(id) + 34, (short) count);
    }

    int leading(int id) {
        return pages[id >>> 14].get(BYTE, at(id) + 36) & 0xff;
    }

    int trailing(int id) {
        return pages[id >>> 14].get(BYTE, at(id) + 37) & 0xff;
    }

    void window(int id, int leading, int trailing) {
        pages[id >>> 14].set(BYTE, at(id) + 36, (byte) leading);
        pages[id >>> 14].set(BYTE, at(id) + 37, (byte) trailing);
    }

    int flags(int id) {
        return pages[id >>> 14].get(BYTE, at(id) + 38);
    }

    void flags(int id, int flags) {
        pages[id >>> 14].set(BYTE, at(id) + 38, (byte) flags);
    }

    long openFirstMs(int id) {
        return pages[id >>> 14].get(LONG, at(id) + 40);
    }

    void openFirstMs(int id, long ms) {
        pages[id >>> 14].set(LONG, at(id) + 40, ms);
    }

    /// The batch that touched the series last, and the first row of the series in it.
    int batch(int id) {
        return pages[id >>> 14].get(INT, at(id) + 48);
    }

    int batchRow(int id) {
        return pages[id >>> 14].get(INT, at(id) + 52);
    }

    void batch(int id, int batch, int row) {
        pages[id >>> 14].set(INT, at(id) + 48, batch);
        pages[id >>> 14].set(INT, at(id) + 52, row);
    }

    @Override
    public void close() {
        arena.close();
    }
}
