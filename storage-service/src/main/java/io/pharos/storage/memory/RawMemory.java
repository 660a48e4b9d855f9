package io.pharos.storage.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Memory outside the heap by its address, as the machine keeps it (little-endian) unless a name says
/// otherwise. Nothing is checked: addresses come from [Slab] and the tables of a head, which know what they own
/// and for how long. For the few paths that every sample takes; everything else goes through segments.
@SuppressWarnings("restricted")
public final class RawMemory {
    /// One segment for all of it: its bounds and its life are constants to the compiler, which so leaves out the
    /// checks.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RawMemory() {}

    public static long getLong(long address) {
        return ALL.get(LONG, address);
    }

    public static void putLong(long address, long value) {
        ALL.set(LONG, address, value);
    }

    public static long getLongBigEndian(long address) {
        return Long.reverseBytes(ALL.get(LONG, address));
    }

    public static void putLongBigEndian(long address, long value) {
        ALL.set(LONG, address, Long.reverseBytes(value));
    }

    public static int getInt(long address) {
        return ALL.get(INT, address);
    }

    public static void putInt(long address, int value) {
        ALL.set(INT, address, value);
    }

    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /// Copies `bytes`, a multiple of 8, between ranges that do not overlap.
    public static void copyLongs(long from, long to, int bytes) {
        for (int i = 0; i < bytes; i += 8) {
            putLong(to + i, getLong(from + i));
        }
    }

    /// Zeroes `bytes`, a multiple of 8.
    public static void zeroLongs(long from, int bytes) {
        for (int i = 0; i < bytes; i += 8) {
            putLong(from + i, 0);
        }
    }
}
