package io.pharos.model.wire;

import io.pharos.model.chunk.ByteWriter;
import java.nio.charset.StandardCharsets;

/// Writes protobuf fields. Messages inside messages are written last to first of their bytes' length by hand:
/// begin, then end with what begin answered.
final class ProtoOutput {
    final ByteWriter out;

    ProtoOutput(ByteWriter out) {
        this.out = out;
    }

    void varint(int field, long value) {
        out.uvarint((long) field << 3);
        out.uvarint(value);
    }

    void zigzag(int field, long value) {
        varint(field, value << 1 ^ value >> 63);
    }

    void real(int field, double value) {
        out.uvarint(field << 3 | ProtoFields.FIXED64);
        long bits = Double.doubleToRawLongBits(value);
        out.u64(Long.reverseBytes(bits));
    }

    void text(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(int field, byte[] value) {
        bytes(field, value, 0, value.length);
    }

    void bytes(int field, byte[] value, int from, int length) {
        out.uvarint(field << 3 | ProtoFields.BYTES);
        out.uvarint(length);
        out.raw(value, from, length);
    }

    /// Begins a message; its length is put in by [#end].
    int begin(int field) {
        out.uvarint(field << 3 | ProtoFields.BYTES);
        return out.size();
    }

    void end(int mark) {
        int length = out.size() - mark;
        int width = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 1 << 28 ? 4 : 5;
        out.ensure(width);
        byte[] bytes = out.array();
        System.arraycopy(bytes, mark, bytes, mark + width, length);
        int rest = length;
        for (int i = 0; i < width; i++) {
            bytes[mark + i] = (byte) (rest & 0x7f | (i < width - 1 ? 0x80 : 0));
            rest >>>= 7;
        }
        out.advance(width);
    }
}
