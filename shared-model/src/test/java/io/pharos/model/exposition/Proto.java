package io.pharos.model.exposition;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes protobuf messages field by field.
final class Proto {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
        return out.toByteArray();
    }

    Proto raw(long varint) {
        long left = varint;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
        return this;
    }

    Proto number(int field, long value) {
        return raw((long) field << 3).raw(value);
    }

    Proto signed(int field, long value) {
        return number(field, value << 1 ^ value >> 63);
    }

    Proto real(int field, double value) {
        raw((long) field << 3 | 1);
        long bits = Double.doubleToRawLongBits(value);
        for (int i = 0; i < 8; i++) {
            out.write((int) (bits >>> 8 * i));
        }
        return this;
    }

    Proto text(int field, String value) {
        return blob(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Proto message(int field, Proto message) {
        return blob(field, message.bytes());
    }

    private Proto blob(int field, byte[] bytes) {
        raw((long) field << 3 | 2).raw(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    Proto delimited(Proto message) {
        raw(message.bytes().length);
        out.writeBytes(message.bytes());
        return this;
    }
}
