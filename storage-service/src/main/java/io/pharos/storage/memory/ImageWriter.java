package io.pharos.storage.memory;

import io.pharos.storage.disk.Disk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/*
 * A file of sections, little-endian:
 *
 *   u32 kind | u32 bytes | u32 CRC-32C of the bytes | u32 CRC-32C of these twelve bytes | bytes
 */
/// Writes a file of sections. A section is put together in memory and written as a whole; used by one thread.
public final class ImageWriter implements AutoCloseable {
    static final int HEADER = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final Disk.Output out;
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate(1 << 18, 8);
    private long at;
    private int kind;
    private long written;

    public ImageWriter(Disk disk, Path file) throws IOException {
        out = disk.create(file);
    }

    /// Begins a section; what was begun before and not ended is forgotten.
    public void begin(int kindOfSection) {
        kind = kindOfSection;
        at = HEADER;
    }

    /// Bytes in the section.
    public long size() {
        return at - HEADER;
    }

    public void u32(int value) {
        room(4);
        memory.set(INT, at, value);
        at += 4;
    }

    public void u64(long value) {
        room(8);
        memory.set(LONG, at, value);
        at += 8;
    }

    public void bytes(byte[] bytes, int from, int length) {
        room(length);
        MemorySegment.copy(bytes, from, memory, ValueLayout.JAVA_BYTE, at, length);
        at += length;
    }

    /// Adds a part of a segment.
    public void segment(MemorySegment segment, long offset, int length) {
        room(length);
        MemorySegment.copy(segment, offset, memory, at, length);
        at += length;
    }

    @SuppressWarnings("MustBeClosed") // closed when it is too small, or with the writer
    private void room(int bytes) {
        if (at + bytes <= memory.byteSize()) {
            return;
        }
        long size = Math.max(at + bytes, memory.byteSize() * 2);
        if (size > 1 << 30) {
            throw new IllegalStateException("bug: a section of " + size + " bytes");
        }
        Arena larger = Arena.ofShared();
        MemorySegment to = larger.allocate(size, 8);
        MemorySegment.copy(memory, 0, to, 0, at);
        arena.close();
        arena = larger;
        memory = to;
    }

    /// Writes the section.
    public void end() throws IOException {
        ByteBuffer bytes = memory.asByteBuffer().limit((int) at);
        var crc = new CRC32C();
        crc.update(bytes.duplicate().position(HEADER));
        memory.set(INT, 0, kind);
        memory.set(INT, 4, (int) (at - HEADER));
        memory.set(INT, 8, (int) crc.getValue());
        crc.reset();
        crc.update(bytes.duplicate().limit(12));
        memory.set(INT, 12, (int) crc.getValue());
        out.write(bytes, written);
        written += at;
        at = HEADER;
    }

    public void force() throws IOException {
        out.force();
    }

    /// Bytes of the file.
    public long written() {
        return written;
    }

    @Override
    public void close() throws IOException {
        arena.close();
        out.close();
    }
}
