package io.pharos.model.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A growing bit stream, most significant bit first; bits past the end are zero.
final class BitWriter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int bit;

    BitWriter(int capacity) {
        bytes = new byte[capacity + 9];
    }

    int bitLength() {
        return bit;
    }

    byte[] array() {
        return bytes;
    }

    int sizeBytes() {
        return (bit + 7) >>> 3;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, sizeBytes());
    }

    /// Appends the low `n` bits of `value`, 0 to 64 of them.
    void bits(long value, int n) {
        if (n == 0) {
            return;
        }
        int at = bit >>> 3;
        if (at + 9 > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(at + 16, bytes.length + (bytes.length >> 1)));
        }
        long v = n == 64 ? value : value & (1L << n) - 1;
        int left = 64 - n - (bit & 7);
        if (left >= 0) {
            LONG.set(bytes, at, (long) LONG.get(bytes, at) | v << left);
        } else {
            LONG.set(bytes, at, (long) LONG.get(bytes, at) | v >>> -left);
            bytes[at + 8] = (byte) (v << 8 + left);
        }
        bit += n;
    }

    /// LEB128 in whole bytes, at whatever bit the stream stands.
    void uvarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bits(rest | 0x80, 8);
            rest >>>= 7;
        }
        bits(rest, 8);
    }

    void varint(long value) {
        uvarint(value << 1 ^ value >> 63);
    }

    /// The signed variable-width integer of histogram chunks.
    void vbint(long v) {
        if (v == 0) {
            bits(0, 1);
        } else if (fits(v, 3)) {
            bits(0b10, 2);
            bits(v, 3);
        } else if (fits(v, 6)) {
            bits(0b110, 3);
            bits(v, 6);
        } else if (fits(v, 9)) {
            bits(0b1110, 4);
            bits(v, 9);
        } else if (fits(v, 12)) {
            bits(0b11110, 5);
            bits(v, 12);
        } else if (fits(v, 18)) {
            bits(0b111110, 6);
            bits(v, 18);
        } else if (fits(v, 25)) {
            bits(0b1111110, 7);
            bits(v, 25);
        } else if (fits(v, 56)) {
            bits(0b11111110, 8);
            bits(v, 56);
        } else {
            bits(0b11111111, 8);
            bits(v, 64);
        }
    }

    /// −(2^(n−1)) + 1 … 2^(n−1): the top value is positive, unlike in two's complement.
    private static boolean fits(long v, int n) {
        return v >= -((1L << n - 1) - 1) && v <= 1L << n - 1;
    }

    /// The unsigned variable-width integer of histogram chunks.
    void vbuint(long v) {
        if (v == 0) {
            bits(0, 1);
        } else if (below(v, 3)) {
            bits(0b10, 2);
            bits(v, 3);
        } else if (below(v, 6)) {
            bits(0b110, 3);
            bits(v, 6);
        } else if (below(v, 9)) {
            bits(0b1110, 4);
            bits(v, 9);
        } else if (below(v, 12)) {
            bits(0b11110, 5);
            bits(v, 12);
        } else if (below(v, 18)) {
            bits(0b111110, 6);
            bits(v, 18);
        } else if (below(v, 25)) {
            bits(0b1111110, 7);
            bits(v, 25);
        } else if (below(v, 56)) {
            bits(0b11111110, 8);
            bits(v, 56);
        } else {
            bits(0b11111111, 8);
            bits(v, 64);
        }
    }

    private static boolean below(long v, int n) {
        return v >>> n == 0;
    }
}
