package io.pharos.storage.log;

import io.pharos.storage.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of one store. [#append] by one thread at a time; [#sync] by another.
public final class SampleLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SampleLog.class);
    private static final int HEADER = 8;
    private static final long SEGMENT_BYTES = 64L << 20;
    private static final int MOST_RECORD_BYTES = 1 << 30;
    /// How far behind a bad record the next sound one is looked for.
    private static final int LOOK_AHEAD = 1 << 20;
    /// Stands where the length of a record does: segments before this one were forced when it was written.
    private static final int MARK = -1;
    private static final int MARK_CHECK = 0x50484c47;

    private final Disk disk;
    private final Path folder;
    private volatile long segment;
    private volatile Disk.Output file;
    private volatile long position;
    private volatile long olderBytes;
    private boolean torn; // the segment may have half a record behind `position`
    private ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    private final CRC32C crc = new CRC32C();
    private volatile boolean dirty;
    private volatile boolean olderForced; // and not yet said so in this segment
    /// Segments that are written and neither forced nor closed.
    private final ArrayDeque<Disk.Output> retired = new ArrayDeque<>();
    private final ReentrantLock forcing = new ReentrantLock();

    /// Takes a record found in the log at a position: `bytes[from, to)`.
    public interface RecordSink {
        void record(long position, byte[] bytes, int from, int to);
    }

    /// What replay found.
    public record Replayed(long records, long bytes, int corruptions) {}

    private SampleLog(Disk disk, Path folder, long segment) throws IOException {
        this.disk = disk;
        this.folder = folder;
        this.segment = segment;
        this.file = disk.create(file(segment));
    }

    /// Opens the log for appending, in a segment of its own after those there are.
    public static SampleLog open(Disk disk, Path folder) {
        try {
            disk.createFolder(folder);
            List<Long> there = segments(folder);
            long next = there.isEmpty() ? 1 : there.getLast() + 1;
            var log = new SampleLog(disk, folder, next);
            for (long old : there) {
                log.olderBytes += Files.size(log.file(old));
                log.retired.add(disk.open(log.file(old)));
                log.dirty = true;
            }
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the log in " + folder, e);
        }
    }

    private Path file(long number) {
        return segmentFile(folder, number);
    }

    private static Path segmentFile(Path folder, long number) {
        return folder.resolve("%08d".formatted(number));
    }

    /// The numbers of the segments in a folder, ascending.
    public static List<Long> segments(Path folder) throws IOException {
        var numbers = new ArrayList<Long>();
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                files.map(f -> f.getFileName().toString())
                        .filter(n -> n.matches("[0-9]{8,}"))
                        .forEach(n -> numbers.add(Long.parseLong(n)));
            }
        }
        numbers.sort(null);
        return numbers;
    }

    /// Writes one record. When this fails, nothing of it stays in the log.
    public void append(byte[] payload, int length) throws IOException {
        if (position >= SEGMENT_BYTES || torn) {
            rotate();
        }
        boolean mark = olderForced;
        int total = length + (mark ? 2 * HEADER : HEADER);
        if (buffer.capacity() < total) {
            buffer = ByteBuffer.allocateDirect(Math.max(total, buffer.capacity() * 2));
        }
        crc.reset();
        crc.update(payload, 0, length);
        buffer.clear();
        if (mark) {
            buffer.putInt(MARK).putInt(MARK_CHECK);
        }
        buffer.putInt(length)
                .putInt((int) crc.getValue())
                .put(payload, 0, length)
                .flip();
        try {
            file.write(buffer, position);
            position += total;
            dirty = true;
            if (mark) {
                olderForced = false;
            }
        } catch (IOException e) {
            cutOff(e);
            throw e;
        }
        if (buffer.capacity() > 8 << 20) {
            buffer = ByteBuffer.allocateDirect(64 << 10);
        }
    }

    /// Takes the newest record, of `length` bytes, back: it could not be made durable.
    public void takeBack(int length, IOException why) {
        position -= length + HEADER;
        cutOff(why);
    }

    private void cutOff(IOException why) {
        try {
            file.truncate(position);
        } catch (IOException truncating) {
            torn = true;
            why.addSuppressed(truncating);
        }
    }

    /// Begins a new segment and returns its number: records from now on stand in it or later ones. Forces nothing.
    public long rotate() throws IOException {
        if (position == 0 && !torn) {
            return segment;
        }
        Disk.Output next = disk.create(file(segment + 1));
        synchronized (retired) {
            retired.add(file);
            file = next;
            olderForced = false;
        }
        olderBytes += position;
        segment++;
        position = 0;
        torn = false;
        return segment;
    }

    /// Where the next record will stand, to be compared with positions that replay tells.
    public long position() {
        return segment << 32 | position;
    }

    /// The position of the first record of a segment.
    public static long startOf(long segment) {
        return segment << 32;
    }

    /// Removes the segments before `number`.
    public void dropBefore(long number) throws IOException {
        forcing.lock();
        try {
            synchronized (retired) {
                // what is dropped needs no forcing
                for (Disk.Output old; number >= segment && (old = retired.poll()) != null; ) {
                    old.close();
                }
            }
        } finally {
            forcing.unlock();
        }
        for (long old : segments(folder)) {
            if (old < number && old < segment) {
                olderBytes -= Files.size(file(old));
                disk.delete(file(old));
            }
        }
    }

    /// Forces what is written to disk, older segments first.
    public void sync() throws IOException {
        if (!dirty) {
            return;
        }
        forcing.lock();
        try {
            dirty = false;
            while (true) {
                Disk.Output next;
                boolean newest;
                synchronized (retired) {
                    newest = retired.isEmpty();
                    next = newest ? file : retired.getFirst();
                }
                next.force();
                if (newest) {
                    return;
                }
                next.close();
                synchronized (retired) {
                    retired.remove(next);
                    olderForced = retired.isEmpty();
                }
            }
        } catch (IOException e) {
            dirty = true;
            throw e;
        } finally {
            forcing.unlock();
        }
    }

    public long segment() {
        return segment;
    }

    /// Bytes of all segments.
    public long sizeBytes() {
        return olderBytes + position;
    }

    /// Hands over every record of the segments from `first` on, before the log is opened for appending.
    public static Replayed replay(Path folder, long first, Progress progress, RecordSink sink) {
        long records = 0;
        long bytes = 0;
        int corruptions = 0;
        try {
            List<Long> numbers = segments(folder);
            numbers.removeIf(n -> n < first);
            for (int i = 0; i < numbers.size(); i++) {
                progress.at(numbers.getFirst(), numbers.getLast(), numbers.get(i));
                Path file = segmentFile(folder, numbers.get(i));
                Scanned scanned = scan(file, Files.readAllBytes(file), startOf(numbers.get(i)), sink);
                records += scanned.records();
                bytes += scanned.end();
                if (scanned.holes() > 0) {
                    corruptions += scanned.holes();
                    Files.copy(file, Path.of(file + ".corrupt"), StandardCopyOption.REPLACE_EXISTING);
                }
                if (scanned.trouble().isEmpty()) {
                    continue;
                }
                boolean last = i == numbers.size() - 1;
                if (!last && lostPower(folder, numbers.get(i + 1))) {
                    LOG.warn(
                            "{}: {} at byte {}, and what was written later was not forced to disk yet: the power was"
                                    + " lost; the segments after it are set aside as *.lost",
                            file,
                            scanned.trouble(),
                            scanned.end());
                    for (long later : numbers.subList(i + 1, numbers.size())) {
                        Path of = segmentFile(folder, later);
                        Files.move(of, Path.of(of + ".lost"), StandardCopyOption.REPLACE_EXISTING);
                    }
                    last = true;
                } else if (!last) {
                    corruptions++;
                    LOG.error(
                            "{}: {} at byte {}; a copy of the segment is set aside as {}.corrupt, the rest of it is"
                                    + " missing",
                            file,
                            scanned.trouble(),
                            scanned.end(),
                            file);
                    Files.copy(file, Path.of(file + ".corrupt"), StandardCopyOption.REPLACE_EXISTING);
                }
                try (var truncated = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    truncated.truncate(scanned.end());
                    truncated.force(true);
                }
                if (last) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot replay the log in " + folder, e);
        }
        return new Replayed(records, bytes, corruptions);
    }

    /// What a segment holds: records up to `end`, `""` or what is wrong there, places before it where something was
    /// wrong, and whether it says that the segments before it were forced.
    private record Scanned(long records, int end, String trouble, int holes, boolean marked) {}

    private static Scanned scan(Path file, byte[] all, long start, RecordSink sink) {
        int at = 0;
        long records = 0;
        int holes = 0;
        boolean marked = false;
        var crc = new CRC32C();
        while (at < all.length) {
            if (isMark(all, at)) {
                marked = true;
                at += HEADER;
                continue;
            }
            String trouble = trouble(all, at, crc);
            if (trouble.isEmpty()) {
                int length = ByteBuffer.wrap(all, at, 4).getInt();
                sink.record(start + at, all, at + HEADER, at + HEADER + length);
                records++;
                at += HEADER + length;
                continue;
            }
            int next = nextSound(all, at + 1, crc);
            if (next < 0) {
                return new Scanned(records, at, trouble, holes, marked);
            }
            LOG.error(
                    "{}: {} at byte {}; what stands there up to byte {} is missing, a copy of the segment is set aside"
                            + " as {}.corrupt",
                    file,
                    trouble,
                    at,
                    next,
                    file);
            holes++;
            at = next;
        }
        return new Scanned(records, at, "", holes, marked);
    }

    private static boolean isMark(byte[] all, int at) {
        return all.length - at >= HEADER
                && ByteBuffer.wrap(all, at, HEADER).getLong() == ((long) MARK << 32 | MARK_CHECK);
    }

    /// What is wrong with the record at a place; `""` where nothing is.
    private static String trouble(byte[] all, int at, CRC32C crc) {
        int left = all.length - at - HEADER;
        if (left < 0) {
            return "torn header";
        }
        int length = ByteBuffer.wrap(all, at, 4).getInt();
        // no record is empty: zeros are what a lost write leaves
        if (length <= 0 || length > MOST_RECORD_BYTES || length > left) {
            return "record of " + length + " bytes in a segment with " + left + " left";
        }
        crc.reset();
        crc.update(all, at + HEADER, length);
        return (int) crc.getValue() == ByteBuffer.wrap(all, at + 4, 4).getInt() ? "" : "bad checksum";
    }

    /// The next place that has a sound record, not too far away; −1 where there is none, as behind a torn end.
    private static int nextSound(byte[] all, int from, CRC32C crc) {
        int to = Math.min(all.length - HEADER, from + LOOK_AHEAD);
        int tries = 0;
        for (int at = from; at < to && tries < 4096; at++) {
            int length = ByteBuffer.wrap(all, at, 4).getInt();
            if (length > 0 && length <= LOOK_AHEAD && length <= all.length - at - HEADER) {
                tries++;
                if (trouble(all, at, crc).isEmpty()) {
                    return at;
                }
            }
        }
        return -1;
    }

    /// Whether a segment came into being before those older were forced, so that a hole before it is what a loss of
    /// power leaves.
    private static boolean lostPower(Path folder, long segment) throws IOException {
        Path file = segmentFile(folder, segment);
        return !scan(file, Files.readAllBytes(file), startOf(segment), (_, _, _, _) -> {})
                .marked();
    }

    /// Told which segment is replayed.
    public interface Progress {
        void at(long firstSegment, long lastSegment, long current);
    }

    @Override
    public void close() {
        try {
            sync();
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the log in " + folder, e);
        }
    }
}
