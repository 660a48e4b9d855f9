package io.pharos.storage.head;

import io.pharos.storage.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The open XOR chunks of series: the stream of `XorChunk` without its count, growing in a slot of the slab, its state
/// in
/// the series' record. Bits once written are never changed, so that a reader who knows a count may decode that many
/// samples while the chunk grows.
final class OpenChunks {
    /// Bits a chunk may have: a record counts them in 16 bits.
    private static final int MOST_BITS = 65_000;
    private static final int FIRST_SLOT = 48;
    private static final ValueLayout.OfLong BIG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

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

    /// Appends a sample whose predecessor in the chunk is (`beforeMs`, `beforeBits`). Answers false, having done
    /// nothing, where the chunk is full and must be cut first.
    boolean append(int id, long beforeMs, long beforeBits, long ms, long bits) {
        int count = series.count(id);
        if (count == 0) {
            begin(id, ms, bits);
            return true;
        }
        int bit = series.bit(id);
        long step = ms - beforeMs;
        if (count >= full(id) || step > Integer.MAX_VALUE || bit > MOST_BITS - 160) {
            return false;
        }
        int slot = series.open(id);
        // head: the time and the control bits of the value, at most 64 bits with a short time
        long head;
        int headBits;
        boolean longTime = false;
        long dod = step - series.lastStep(id);
        if (count == 1) {
            head = 0;
            headBits = 0;
        } else if (dod == 0) {
            head = 0;
            headBits = 1;
        } else if (dod >= -8191 && dod <= 8192) {
            head = 0b10 << 14 | dod & 0x3fff;
            headBits = 16;
        } else if (dod >= -65535 && dod <= 65536) {
            head = 0b110 << 17 | dod & 0x1ffff;
            headBits = 20;
        } else if (dod >= -524287 && dod <= 524288) {
            head = 0b1110 << 20 | dod & 0xfffff;
            headBits = 24;
        } else {
            head = 0;
            headBits = 68;
            longTime = true;
        }
        long xor = bits ^ beforeBits;
        long value = 0;
        int control;
        int controlBits;
        int valueBits = 0;
        int leading = series.leading(id);
        int trailing = series.trailing(id);
        if (xor == 0) {
            control = 0;
            controlBits = 1;
        } else {
            int lead = Math.min(31, Long.numberOfLeadingZeros(xor));
            int trail = Long.numberOfTrailingZeros(xor);
            if (leading != SeriesTable.NO_WINDOW && lead >= leading && trail >= trailing) {
                control = 0b10;
                controlBits = 2;
            } else {
                leading = lead;
                trailing = trail;
                int significant = 64 - lead - trail;
                control = 0b11 << 11 | lead << 6 | significant & 63;
                controlBits = 13;
            }
            valueBits = 64 - leading - trailing;
            value = xor >>> trailing;
        }
        int timeBytes = count == 1 ? uvarintBytes(step) : 0;
        int needed = (bit + 8 * timeBytes + headBits + controlBits + valueBits + 7 >>> 3) + 8;
        if (needed > slab.capacity(slot)) {
            slot = grow(id, slot, bit, needed);
        }
        MemorySegment memory = slab.segment(slot);
        long base = Slab.offset(slot);
        if (count == 1) {
            long rest = step;
            for (int i = 1; i < timeBytes; i++) {
                bit = put(memory, base, bit, rest & 0x7f | 0x80, 8);
                rest >>>= 7;
            }
            bit = put(memory, base, bit, rest, 8);
        } else if (longTime) {
            bit = put(memory, base, bit, 0b1111, 4);
            bit = put(memory, base, bit, dod, 64);
            headBits = 0;
        }
        bit = put(memory, base, bit, head << controlBits | control, headBits + controlBits);
        if (valueBits > 0) {
            bit = put(memory, base, bit, value, valueBits);
            series.window(id, leading, trailing);
        }
        series.bit(id, bit);
        series.count(id, count + 1);
        series.lastStep(id, (int) step);
        return true;
    }

    private void begin(int id, long ms, long bits) {
        int slot = slab.allocate(FIRST_SLOT);
        MemorySegment memory = slab.segment(slot);
        long base = Slab.offset(slot);
        memory.asSlice(base, slab.capacity(slot)).fill((byte) 0);
        long rest = ms << 1 ^ ms >> 63;
        int bit = 0;
        while ((rest & ~0x7fL) != 0) {
            bit = put(memory, base, bit, rest & 0x7f | 0x80, 8);
            rest >>>= 7;
        }
        bit = put(memory, base, bit, rest, 8);
        bit = put(memory, base, bit, bits, 64);
        series.open(id, slot);
        series.openFirstMs(id, ms);
        series.bit(id, bit);
        series.count(id, 1);
        series.lastStep(id, 0);
        series.window(id, SeriesTable.NO_WINDOW, 0);
    }

    private int grow(int id, int slot, int bit, int needed) {
        int used = bit + 7 >>> 3;
        int larger = slab.allocate(Math.max(needed, used + (used >> 2)));
        MemorySegment to = slab.segment(larger);
        long base = Slab.offset(larger);
        MemorySegment.copy(slab.segment(slot), Slab.offset(slot), to, base, used);
        to.asSlice(base + used, slab.capacity(larger) - used).fill((byte) 0);
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

    private static int uvarintBytes(long v) {
        return v == 0 ? 1 : (70 - Long.numberOfLeadingZeros(v)) / 7;
    }

    /// Writes the low `n` bits of `value`, 1 to 64, at `bit` and returns where they end. The slot has 8 bytes to spare.
    private static int put(MemorySegment memory, long base, int bit, long value, int n) {
        long at = base + (bit >>> 3);
        long v = n == 64 ? value : value & (1L << n) - 1;
        int left = 64 - n - (bit & 7);
        long word = memory.get(BIG, at);
        if (left >= 0) {
            memory.set(BIG, at, word | v << left);
        } else {
            memory.set(BIG, at, word | v >>> -left);
            memory.set(ValueLayout.JAVA_BYTE, at + 8, (byte) (v << 8 + left));
        }
        return bit + n;
    }
}
