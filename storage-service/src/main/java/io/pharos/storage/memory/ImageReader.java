package io.pharos.storage.memory;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Reads what [ImageWriter] wrote, a section at a time. A section whose checksum is wrong is not sound; nothing of it
/// may be read.
public final class ImageReader implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final FileChannel channel;
    private final long fileSize;
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate(1 << 18, 8);
    private long position;
    private long at;
    private long end;
    private int kind;
    private boolean sound;

    public ImageReader(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        fileSize = channel.size();
    }

    /// Goes on to the next section; false at the end of the file.
    ///
    /// @throws IOException where it cannot be told where the section ends
    public boolean next() throws IOException {
        if (position == fileSize) {
            return false;
        }
        var crc = new CRC32C();
        ByteBuffer header = fill(0, ImageWriter.HEADER);
        crc.update(header.limit(12));
        if (memory.get(INT, 12) != (int) crc.getValue()) {
            throw new IOException("bad checksum of the header at byte " + position);
        }
        kind = memory.get(INT, 0);
        int length = memory.get(INT, 4);
        int sum = memory.get(INT, 8);
        if (length < 0 || length > fileSize - position - ImageWriter.HEADER) {
            throw new EOFException("a section of " + length + " bytes at byte " + position + " of " + fileSize);
        }
        if (memory.byteSize() < length) {
            enlarge(length);
        }
        ByteBuffer bytes = fill(ImageWriter.HEADER, length);
        crc.reset();
        crc.update(bytes);
        sound = sum == (int) crc.getValue();
        position += ImageWriter.HEADER + length;
        at = 0;
        end = length;
        return true;
    }

    @SuppressWarnings("MustBeClosed") // closed when it is too small, or with the reader
    private void enlarge(int bytes) {
        arena.close();
        arena = Arena.ofShared();
        memory = arena.allocate(bytes + (bytes >> 2), 8);
    }

    private ByteBuffer fill(int after, int length) throws IOException {
        ByteBuffer bytes = memory.asByteBuffer().limit(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + after + bytes.position()) < 0) {
                throw new EOFException("the file ends at byte " + (position + after + bytes.position()));
            }
        }
        return bytes.flip();
    }

    public int kind() {
        return kind;
    }

    public boolean sound() {
        return sound;
    }

    /// Where the section after this one begins.
    public long position() {
        return position;
    }

    public boolean hasMore() {
        return at < end;
    }

    public int u32() throws IOException {
        need(4);
        int value = memory.get(INT, at);
        at += 4;
        return value;
    }

    public long u64() throws IOException {
        need(8);
        long value = memory.get(LONG, at);
        at += 8;
        return value;
    }

    /// A count of what takes a byte at least.
    public int count() throws IOException {
        int n = u32();
        if (n < 0 || n > end) {
            throw new IOException("count " + n + " in a section of " + end + " bytes");
        }
        return n;
    }

    public byte[] bytes(int length) throws IOException {
        need(length);
        var bytes = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        at += length;
        return bytes;
    }

    /// Reads into a part of a segment.
    public void segment(MemorySegment into, long offset, int length) throws IOException {
        need(length);
        MemorySegment.copy(memory, at, into, offset, length);
        at += length;
    }

    private void need(int bytes) throws IOException {
        if (bytes < 0 || bytes > end - at) {
            throw new EOFException("the section ends early");
        }
    }

    @Override
    public void close() throws IOException {
        arena.close();
        channel.close();
    }
}
