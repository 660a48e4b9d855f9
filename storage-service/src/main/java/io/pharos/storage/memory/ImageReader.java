package io.pharos.storage.memory;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Reads what [ImageWriter] wrote. Nothing read may be used before [#finish()] has found the checksum right.
public final class ImageReader implements AutoCloseable {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private final MemorySegment memory =
            MemorySegment.ofBuffer(buffer.duplicate().clear());
    private final CRC32C crc = new CRC32C();
    private final long size;
    private long left;

    public ImageReader(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
        left = size - 4;
        buffer.limit(0);
        if (size < 4) {
            throw new EOFException("file of " + size + " bytes");
        }
    }

    public int u32() throws IOException {
        need(4);
        return buffer.getInt();
    }

    public long u64() throws IOException {
        need(8);
        return buffer.getLong();
    }

    /// A count that the file has at least as many bytes for.
    public int count() throws IOException {
        int n = u32();
        if (n < 0 || n > size) {
            throw new IOException("count " + n + " in a file of " + size + " bytes");
        }
        return n;
    }

    public byte[] bytes(int length) throws IOException {
        if (length < 0 || length > size) {
            throw new IOException(length + " bytes wanted of a file of " + size);
        }
        var bytes = new byte[length];
        int at = 0;
        while (at < length) {
            need(1);
            int n = Math.min(length - at, buffer.remaining());
            buffer.get(bytes, at, n);
            at += n;
        }
        return bytes;
    }

    public int[] ints(int n) throws IOException {
        var values = new int[n];
        for (int i = 0; i < n; i++) {
            values[i] = u32();
        }
        return values;
    }

    public void segment(MemorySegment into) throws IOException {
        small(into, 0, (int) into.byteSize());
    }

    /// Reads into a part of a segment.
    public void small(MemorySegment into, long offset, int length) throws IOException {
        long at = offset;
        int open = length;
        while (open > 0) {
            need(1);
            int n = Math.min(open, buffer.remaining());
            MemorySegment.copy(memory, buffer.position(), into, at, n);
            buffer.position(buffer.position() + n);
            at += n;
            open -= n;
        }
    }

    private void need(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        buffer.compact();
        int before = buffer.position();
        int most = (int) Math.min(left, buffer.remaining());
        buffer.limit(before + most);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("image ends early");
            }
        }
        left -= most;
        ByteBuffer fresh = buffer.duplicate();
        fresh.flip();
        fresh.position(before);
        crc.update(fresh);
        buffer.flip();
        if (buffer.remaining() < bytes) {
            throw new EOFException("image ends early");
        }
    }

    /// Fails where the checksum is another.
    public void finish() throws IOException {
        if (left != 0 || buffer.hasRemaining()) {
            throw new IOException((left + buffer.remaining()) + " bytes too many");
        }
        buffer.clear().limit(4);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("image without its checksum");
            }
        }
        buffer.flip();
        if (buffer.getInt() != (int) crc.getValue()) {
            throw new IOException("bad checksum");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
