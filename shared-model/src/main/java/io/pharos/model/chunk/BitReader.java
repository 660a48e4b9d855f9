package io.pharos.model.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Reads a bit stream, most significant bit first. Past the end it reads zeros up to a word, then fails with
/// [CorruptChunkException].
final class BitReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private long bit;
    private final long endBit;

    /// Copies the range, so that whole words may be read at its end.
    BitReader(byte[] of, int from, int length) {
        bytes = Arrays.copyOf(Arrays.copyOfRange(of, from, from + length), length + 9);
        endBit = (long) length << 3;
    }

    long bits(int n) {
        if (n == 0) {
            return 0;
        }
        if (bit + n > endBit) {
            throw new CorruptChunkException("bit stream ends at bit " + endBit + ", " + n + " more wanted at " + bit);
        }
        int at = (int) (bit >>> 3);
        int shift = (int) (bit & 7);
        bit += n;
        long word = (long) LONG.get(bytes, at) << shift;
        if (n > 64 - shift) {
            word |= (bytes[at + 8] & 0xffL) >>> 8 - shift;
        }
        return word >>> 64 - n;
    }

    boolean bit() {
        return bits(1) != 0;
    }

    long uvarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            long b = bits(8);
            value |= (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new CorruptChunkException("varint of more than 10 bytes");
    }

    long varint() {
        long value = uvarint();
        return value >>> 1 ^ -(value & 1);
    }

    private static final int[] WIDTHS = {0, 3, 6, 9, 12, 18, 25, 56, 64};

    private int width() {
        int ones = 0;
        while (ones < 8 && bit()) {
            ones++;
        }
        return WIDTHS[ones];
    }

    long vbint() {
        int n = width();
        if (n == 0) {
            return 0;
        }
        long v = bits(n);
        return n < 64 && v > 1L << n - 1 ? v - (1L << n) : v;
    }

    long vbuint() {
        return bits(width());
    }
}
