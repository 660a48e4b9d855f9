package io.pharos.model.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Walks the fields of one protobuf message in a range of an array. After [#next()], `field` is its number, and by wire
/// type `number` (varint, fixed) or `[from, to)` (bytes) its value. Reused; not thread-safe. Fails with
/// [WireFormatException].
final class ProtoFields {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    byte[] bytes = new byte[0];
    int at;
    int end;
    int field;
    int wireType;
    /// Where the field's tag begins.
    int start;

    long number;
    int from;
    int to;

    void enter(byte[] of, int first, int last) {
        bytes = of;
        at = first;
        end = last;
    }

    /// Goes to the next field; false at the end of the message.
    boolean next() {
        if (at >= end) {
            return false;
        }
        start = at;
        long tag = uvarint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        switch (wireType) {
            case VARINT -> number = uvarint();
            case FIXED64 -> {
                need(8);
                number = (long) LONG.get(bytes, at);
                at += 8;
            }
            case BYTES -> {
                long length = uvarint();
                if (length < 0 || length > end - at) {
                    throw new WireFormatException("unexpected EOF");
                }
                from = at;
                at += (int) length;
                to = at;
            }
            case FIXED32 -> {
                need(4);
                number = (int) INT.get(bytes, at);
                at += 4;
            }
            default -> throw new WireFormatException("proto: illegal wireType " + wireType);
        }
        if (field == 0) {
            throw new WireFormatException("proto: illegal tag 0 (wire type " + wireType + ")");
        }
        return true;
    }

    private void need(int length) {
        if (end - at < length) {
            throw new WireFormatException("unexpected EOF");
        }
    }

    long uvarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new WireFormatException("unexpected EOF");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new WireFormatException("proto: integer overflow");
    }

    /// Skips to the field's content and fails where it is of another wire type.
    void expect(int type, String name) {
        if (wireType != type) {
            throw new WireFormatException("proto: wrong wireType = " + wireType + " for field " + name);
        }
    }

    double real() {
        return Double.longBitsToDouble(number);
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
