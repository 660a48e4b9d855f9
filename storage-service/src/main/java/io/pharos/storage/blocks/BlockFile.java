package io.pharos.storage.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A file of a block, mapped, with the primitives of Prometheus' formats: big-endian, LEB128 varints, CRC-32C.
final class BlockFile {
    private final Path path;
    private final MappedByteBuffer bytes;
    private int at;

    BlockFile(Path path, int magic, int version) {
        this.path = path;
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new BlockException(path + " has " + channel.size() + " bytes; at most 2 GiB can be read");
            }
            bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        } catch (IOException e) {
            throw new BlockException("cannot read " + path + ": " + e.getMessage());
        }
        if (size() < 5 || u32() != magic) {
            throw new BlockException(path + " is no file of a block of Prometheus: its first bytes are others");
        }
        int found = u8();
        if (found != version) {
            throw new BlockException(path + " has the format version " + found + "; " + version + " can be read");
        }
    }

    Path path() {
        return path;
    }

    int size() {
        return bytes.capacity();
    }

    int at() {
        return at;
    }

    BlockFile seek(long to) {
        if (to < 0 || to > size()) {
            throw broken("byte " + to + " of " + size() + " is wanted");
        }
        at = (int) to;
        return this;
    }

    BlockException broken(String what) {
        return new BlockException(path + " is damaged: " + what);
    }

    private void need(long length) {
        if (length < 0 || length > size() - at) {
            throw broken("it ends at byte " + size() + ", " + length + " bytes more are wanted at " + at);
        }
    }

    int u8() {
        need(1);
        return bytes.get(at++) & 0xff;
    }

    int u32() {
        need(4);
        at += 4;
        return bytes.getInt(at - 4);
    }

    long u64() {
        need(8);
        at += 8;
        return bytes.getLong(at - 8);
    }

    long uvarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw broken("a varint of more than 10 bytes at " + at);
    }

    long varint() {
        long raw = uvarint();
        return raw >>> 1 ^ -(raw & 1);
    }

    /// A length or count, which cannot be more than the bytes that are left.
    int length() {
        long value = uvarint();
        if (value < 0 || value > size() - at) {
            throw broken("a length of " + Long.toUnsignedString(value) + " at " + at);
        }
        return (int) value;
    }

    byte[] raw(int length) {
        need(length);
        var raw = new byte[length];
        bytes.get(at, raw);
        at += length;
        return raw;
    }

    /// Checks that the checksum behind `[from, to)` is that of these bytes.
    void check(int from, long to, String what) {
        if (to < from || to + 4 > size()) {
            throw broken(what + " reaches beyond its end");
        }
        ByteBuffer part = bytes.slice(from, (int) to - from);
        var crc = new CRC32C();
        crc.update(part);
        if ((int) crc.getValue() != bytes.getInt((int) to)) {
            throw broken("bad checksum of " + what + " at byte " + from);
        }
    }
}
