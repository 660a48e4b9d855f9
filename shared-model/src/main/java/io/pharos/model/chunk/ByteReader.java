package io.pharos.model.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads what [ByteWriter] wrote, from a range of an array. Fails with [CorruptChunkException] past the end.
public final class ByteReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int at;
    private int end;

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /// Reads another range from now on.
    public void reset(byte[] of, int from, int to) {
        bytes = of;
        at = from;
        end = to;
    }

    public int at() {
        return at;
    }

    public void seek(int position) {
        at = position;
    }

    public int remaining() {
        return end - at;
    }

    public boolean hasMore() {
        return at < end;
    }

    public byte[] array() {
        return bytes;
    }

    private void need(int length) {
        if (length < 0 || length > end - at) {
            throw new CorruptChunkException("bytes end at " + end + ", " + length + " more wanted at " + at);
        }
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public int u16() {
        need(2);
        int value = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
        at += 2;
        return value;
    }

    public int u32() {
        need(4);
        int value = (int) INT.get(bytes, at);
        at += 4;
        return value;
    }

    public long u64() {
        need(8);
        long value = (long) LONG.get(bytes, at);
        at += 8;
        return value;
    }

    public long uvarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            need(1);
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new CorruptChunkException("varint of more than 10 bytes at " + at);
    }

    public long varint() {
        long value = uvarint();
        return value >>> 1 ^ -(value & 1);
    }

    /// A varint that must fit a non-negative int no larger than `most`.
    public int size(int most) {
        long value = uvarint();
        if (value < 0 || value > most) {
            throw new CorruptChunkException("size " + value + " at " + at + ", at most " + most + " possible");
        }
        return (int) value;
    }

    public byte[] raw(int length) {
        need(length);
        var copy = new byte[length];
        System.arraycopy(bytes, at, copy, 0, length);
        at += length;
        return copy;
    }

    public void skip(int length) {
        need(length);
        at += length;
    }
}
