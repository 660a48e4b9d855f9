package io.pharos.storage.head;

import io.pharos.storage.memory.RawMemory;
import io.pharos.storage.memory.Slab;

/// The open XOR chunks of series: the stream of `XorChunk` without its count, growing in a slot of the slab,
/// its state in the series' record. Bits once written are never changed, so that a reader who knows a count may
/// decode that many samples while the chunk grows.
final class OpenChunks {
    /// Bits a chunk may have: a record counts them in 16 bits.
    private static final int MOST_BITS = 65_000;
    private static final int FIRST_SLOT = 48;

    private final SeriesTable series;
    private final Slab slab;
    private final Readers readers;

    OpenChunks(SeriesTable series, Slab slab, Readers readers) {
        this.series = series;
        this.slab = slab;
        this.readers = readers;
    }

    /// Samples after which the chunk of a series is cut: spread, so that not all series cut in one scrape.
    static int full(int id) {
        return 100 + (id * 0x9E3779B9 >>> 27);
    }

    /// Reads the word of each open chunk that is written next, see [SeriesTable#touch].
    long touch(int[] ids, byte[] kinds, int kind, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            if (kinds[i] == kind) {
                long record = series.address(ids[i]);
                int slot = RawMemory.getInt(record + SeriesTable.STEP_AND_OPEN + 4);
                if (slot != 0) {
                    int bit = RawMemory.getInt(record + SeriesTable.STATE) & 0xffff;
                    sum += RawMemory.getByte(slab.address(slot) + (bit >>> 3));
                }
            }
        }
        return sum;
    }

    /// Appends a sample whose predecessor in the chunk is (`beforeMs`, `beforeBits`). Answers false, having done
    /// nothing, where the chunk is full and must be cut first.
    boolean append(int id, long beforeMs, long beforeBits, long ms, long bits) {
        long record = series.address(id);
        long state = RawMemory.getLong(record + SeriesTable.STATE);
        int count = (int) (state >>> 16) & 0xffff;
        if (count == 0) {
            begin(id, ms, bits);
            return true;
        }
        int bit = (int) state & 0xffff;
        long step = ms - beforeMs;
        if (count >= full(id) || step > Integer.MAX_VALUE || bit > MOST_BITS - 160) {
            return false;
        }
        long stepAndOpen = RawMemory.getLong(record + SeriesTable.STEP_AND_OPEN);
        int slot = (int) (stepAndOpen >>> 32);
        // what is written: time, control bits of the value, value; in one go where that is at most 64 bits
        long time = 0;
        int timeBits = 1;
        long dod = step - (int) stepAndOpen;
        if (count == 1 || dod != 0) {
            if (count > 1 && dod >= -8191 && dod <= 8192) {
                time = 0b10 << 14 | dod & 0x3fff;
                timeBits = 16;
            } else {
                bit = writeTime(id, slot, bit, count, step, dod);
                slot = series.open(id);
                timeBits = 0;
            }
        }
        long xor = bits ^ beforeBits;
        long value = 0;
        int control = 0;
        int controlBits = 1;
        int valueBits = 0;
        int leading = (int) (state >>> 32) & 0xff;
        int trailing = (int) (state >>> 40) & 0xff;
        if (xor != 0) {
            int lead = Math.min(31, Long.numberOfLeadingZeros(xor));
            int trail = Long.numberOfTrailingZeros(xor);
            if (leading != SeriesTable.NO_WINDOW && lead >= leading && trail >= trailing) {
                control = 0b10;
                controlBits = 2;
            } else {
                leading = lead;
                trailing = trail;
                control = 0b11 << 11 | lead << 6 | 64 - lead - trail & 63;
                controlBits = 13;
            }
            valueBits = 64 - leading - trailing;
            value = xor >>> trailing;
        }
        int headBits = timeBits + controlBits;
        int needed = (bit + headBits + valueBits + 7 >>> 3) + 8;
        if (needed > slab.capacity(slot)) {
            slot = grow(id, slot, bit, needed);
        }
        long base = slab.address(slot);
        long head = time << controlBits | control;
        if (headBits + valueBits <= 64) {
            bit = put(base, bit, head << valueBits | value, headBits + valueBits);
        } else {
            bit = put(base, bit, head, headBits);
            bit = put(base, bit, value, valueBits);
        }
        RawMemory.putLong(
                record + SeriesTable.STATE,
                state & 0xffff_0000_0000_0000L | (long) trailing << 40 | (long) leading << 32 | count + 1L << 16 | bit);
        RawMemory.putInt(record + SeriesTable.STEP_AND_OPEN, (int) step);
        return true;
    }

    /// Writes what is seldom: the first step, and steps that are very different from the one before.
    private int writeTime(int id, int slot, int bit, int count, long step, long dod) {
        int most = (bit + 80 + 7 >>> 3) + 8;
        long base = slab.address(most > slab.capacity(slot) ? grow(id, slot, bit, most) : slot);
        if (count == 1) {
            return putUvarint(base, bit, step);
        }
        if (dod >= -65535 && dod <= 65536) {
            return put(base, bit, 0b110 << 17 | dod & 0x1ffff, 20);
        }
        if (dod >= -524287 && dod <= 524288) {
            return put(base, bit, 0b1110 << 20 | dod & 0xfffff, 24);
        }
        return put(base, put(base, bit, 0b1111, 4), dod, 64);
    }

    private void begin(int id, long ms, long bits) {
        int slot = slab.allocate(FIRST_SLOT);
        long base = slab.address(slot);
        RawMemory.zeroLongs(base, slab.capacity(slot));
        int bit = put(base, putUvarint(base, 0, ms << 1 ^ ms >> 63), bits, 64);
        long record = series.address(id);
        RawMemory.putLong(record + SeriesTable.STEP_AND_OPEN, (long) slot << 32);
        series.openFirstMs(id, ms);
        RawMemory.putLong(
                record + SeriesTable.STATE,
                RawMemory.getLong(record + SeriesTable.STATE) & 0xffff_0000_0000_0000L
                        | (long) SeriesTable.NO_WINDOW << 32
                        | 1L << 16
                        | bit);
    }

    private int grow(int id, int slot, int bit, int needed) {
        int used = bit + 7 >>> 3;
        int larger = slab.allocate(Math.max(needed, used + (used >> 2)));
        int copied = used + 7 & ~7;
        long base = slab.address(larger);
        RawMemory.copyLongs(slab.address(slot), base, copied);
        RawMemory.zeroLongs(base + copied, slab.capacity(larger) - copied);
        series.open(id, larger);
        readers.free(slot);
        return larger;
    }

    /// Drops the open chunk, which has become a full one.
    void clear(int id) {
        int slot = series.open(id);
        if (slot != 0) {
            readers.free(slot);
        }
        series.open(id, 0);
        series.count(id, 0);
        series.bit(id, 0);
    }

    private static int putUvarint(long base, int from, long value) {
        int bit = from;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bit = put(base, bit, rest & 0x7f | 0x80, 8);
            rest >>>= 7;
        }
        return put(base, bit, rest, 8);
    }

    /// Writes the low `n` bits of `value`, 1 to 64 at `bit` and returns where they end. The slot has 8 bytes to
    /// spare.
    private static int put(long base, int bit, long value, int n) {
        long at = base + (bit >>> 3);
        long v = n == 64 ? value : value & (1L << n) - 1;
        int left = 64 - n - (bit & 7);
        long word = RawMemory.getLongBigEndian(at);
        if (left >= 0) {
            RawMemory.putLongBigEndian(at, word | v << left);
        } else {
            RawMemory.putLongBigEndian(at, word | v >>> -left);
            RawMemory.putByte(at + 8, (byte) (v << 8 + left));
        }
        return bit + n;
    }
}
