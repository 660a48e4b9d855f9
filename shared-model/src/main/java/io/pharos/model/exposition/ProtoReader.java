package io.pharos.model.exposition;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Walks the fields of one protobuf message within a body. Reused; allocates nothing.
///
/// ```
/// reader.enter(bytes, from, to);
/// while (reader.next()) { switch (reader.field) { case 1 -> reader.number … } }
/// ```
final class ProtoReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = {};
    private int at;
    private int end;

    int field;
    /// Varints as they are, 64- and 32-bit fields as their bits.
    long number;
    /// Bounds of the bytes of a length-delimited field, both 0 for another field.
    int from;
    int to;

    void enter(byte[] message, int start, int stop) {
        bytes = message;
        at = start;
        end = stop;
    }

    boolean next() {
        if (at >= end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        if (tag >>> 3 == 0 || tag >>> 3 > (1 << 29) - 1) {
            throw new ExpositionException("proto: illegal tag " + field + " (wire type " + (tag & 7) + ")");
        }
        from = 0;
        to = 0;
        switch ((int) (tag & 7)) {
            case 0 -> number = varint();
            case 1 -> {
                need(8);
                number = (long) LONG.get(bytes, at);
                at += 8;
            }
            case 2 -> {
                long length = varint();
                if (length < 0 || length > end - at) {
                    throw cut();
                }
                from = at;
                at += (int) length;
                to = at;
            }
            case 5 -> {
                need(4);
                number = (int) INT.get(bytes, at) & 0xffffffffL;
                at += 4;
            }
            default -> throw new ExpositionException("proto: illegal wireType " + (tag & 7));
        }
        return true;
    }

    double real() {
        return Double.longBitsToDouble(number);
    }

    static long unzigzag(long n) {
        return n >>> 1 ^ -(n & 1);
    }

    /// Whether more varints or doubles of a packed field follow; [#enter] goes into it.
    boolean more() {
        return at < end;
    }

    long varint() {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw cut();
            }
            int b = bytes[at++];
            v |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return v;
            }
        }
        throw new ExpositionException("proto: integer overflow");
    }

    double fixed() {
        need(8);
        double v = Double.longBitsToDouble((long) LONG.get(bytes, at));
        at += 8;
        return v;
    }

    private void need(int length) {
        if (length > end - at) {
            throw cut();
        }
    }

    private static ExpositionException cut() {
        return new ExpositionException("unexpected EOF");
    }
}
