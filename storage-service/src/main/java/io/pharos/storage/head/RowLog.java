package io.pharos.storage.head;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.histogram.NativeHistogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The rows of a batch as they stand in the log, see [LogRecords]; reused batch after batch.
final class RowLog {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /// What a float takes at most: control, three varints, value.
    private static final int MOST = 40;

    private final ByteWriter out = new ByteWriter(64 << 10);
    private int rows;
    private long lastMs;
    private int lastId;

    void clear() {
        out.clear();
        rows = 0;
        lastMs = 0;
        lastId = -1;
    }

    int rows() {
        return rows;
    }

    void writeTo(ByteWriter record) {
        record.u32(rows);
        record.raw(out.array(), 0, out.size());
    }

    /// Adds a float without a start time.
    void add(int id, long ms, long bits) {
        rows++;
        out.ensure(MOST);
        byte[] bytes = out.array();
        int controlAt = out.size();
        int at = controlAt + 1;
        int length = bits == 0 ? 0 : 8 - (Long.numberOfTrailingZeros(bits) >>> 3);
        int control = length;
        if (id == lastId + 1) {
            control |= LogRecords.NEXT_ID;
        } else {
            at = varint(bytes, at, (long) id - lastId);
        }
        if (ms == lastMs) {
            control |= LogRecords.SAME_TIME;
        } else {
            at = varint(bytes, at, ms - lastMs);
        }
        LONG.set(bytes, at, bits);
        bytes[controlAt] = (byte) control;
        out.advance(at + length - controlAt);
        lastId = id;
        lastMs = ms;
    }

    private static int varint(byte[] bytes, int from, long value) {
        int at = from;
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        return at;
    }

    /// Adds any row; `start` is 0 for none.
    void add(int id, long ms, long bits, @Nullable NativeHistogram histogram, long start) {
        if (histogram == null && start == 0) {
            add(id, ms, bits);
            return;
        }
        rows++;
        out.ensure(MOST);
        int controlAt = out.size();
        out.advance(1);
        int control = 0;
        if (id == lastId + 1) {
            control |= LogRecords.NEXT_ID;
        } else {
            out.varint((long) id - lastId);
        }
        if (ms == lastMs) {
            control |= LogRecords.SAME_TIME;
        } else {
            out.varint(ms - lastMs);
        }
        if (start != 0) {
            control |= LogRecords.START;
            out.varint(ms - start);
        }
        if (histogram != null) {
            control |= LogRecords.HISTOGRAM;
            LogRecords.histogram(out, histogram);
        } else {
            int length = bits == 0 ? 0 : 8 - (Long.numberOfTrailingZeros(bits) >>> 3);
            control |= length;
            int at = out.size();
            out.u64(bits);
            out.truncate(at + length);
        }
        out.array()[controlAt] = (byte) control;
        lastId = id;
        lastMs = ms;
    }
}
