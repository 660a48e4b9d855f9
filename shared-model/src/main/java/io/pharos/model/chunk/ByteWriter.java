package io.pharos.model.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes under construction: a growing array with the primitives of our formats. Owned by one writer, reused after
/// [#clear()]. Multi-byte integers are big-endian; varints are LEB128, signed ones zig-zag.
public final class ByteWriter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int size;

    public ByteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public void clear() {
        size = 0;
    }

    public int size() {
        return size;
    }

    /// Shortens to `length` bytes.
    public void truncate(int length) {
        size = length;
    }

    /// The backing array, valid up to [#size()]; replaced when it grows.
    public byte[] array() {
        return bytes;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /// Makes room for `more` bytes, so that [#array()] may be written from [#size()] on, then [#advance].
    public void ensure(int more) {
        int needed = size + more;
        if (needed < 0) {
            throw new IllegalStateException("bug: more than 2 GiB in one buffer");
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length + (bytes.length >> 1)));
        }
    }

    public void advance(int by) {
        size += by;
    }

    public void u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    public void u16(int value) {
        ensure(2);
        bytes[size++] = (byte) (value >>> 8);
        bytes[size++] = (byte) value;
    }

    public void u32(int value) {
        ensure(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    public void u64(long value) {
        ensure(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    public void uvarint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    public void varint(long value) {
        uvarint(value << 1 ^ value >> 63);
    }

    public void raw(byte[] from, int offset, int length) {
        ensure(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    public void raw(byte[] from) {
        raw(from, 0, from.length);
    }

    /// Overwrites four bytes at `at`.
    public void putU32(int at, int value) {
        INT.set(bytes, at, value);
    }
}
