package io.pharos.storage.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Writes an image of memory to a file: numbers little-endian, segments as they are, and at the end a CRC-32C of it
/// all.
public final class ImageWriter implements AutoCloseable {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private final MemorySegment memory = MemorySegment.ofBuffer(buffer);
    private final CRC32C crc = new CRC32C();
    private long written;

    public ImageWriter(Path file) throws IOException {
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    public void u32(int value) throws IOException {
        room(4);
        buffer.putInt(value);
    }

    public void u64(long value) throws IOException {
        room(8);
        buffer.putLong(value);
    }

    public void bytes(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int left = length;
        while (left > 0) {
            room(1);
            int n = Math.min(left, buffer.remaining());
            buffer.put(bytes, at, n);
            at += n;
            left -= n;
        }
    }

    public void ints(int[] values, int n) throws IOException {
        for (int i = 0; i < n; i++) {
            u32(values[i]);
        }
    }

    public void segment(MemorySegment segment) throws IOException {
        small(segment, 0, (int) segment.byteSize());
    }

    /// Writes a part of a segment.
    public void small(MemorySegment segment, long offset, int length) throws IOException {
        long at = offset;
        int left = length;
        while (left > 0) {
            room(1);
            int n = Math.min(left, buffer.remaining());
            MemorySegment.copy(segment, at, memory, buffer.position(), n);
            buffer.position(buffer.position() + n);
            at += n;
            left -= n;
        }
    }

    private void room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            drain();
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        write(buffer);
        buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        written += bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// Writes the checksum. What comes after it is for [#force()] and [#close()].
    public void finish() throws IOException {
        drain();
        buffer.putInt((int) crc.getValue());
        buffer.flip();
        write(buffer);
    }

    public void force() throws IOException {
        channel.force(true);
    }

    public long written() {
        return written;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
