package io.pharos.storage;

import io.pharos.storage.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;

/// The real disk, with failures that a test asks for, and a memory of what was not forced: [#afterPowerLoss] makes a
/// copy of a folder as it could look once the power came back.
final class FaultyDisk implements Disk {
    static final IOException FULL = new IOException("No space left on device");

    /// What is done, to be chosen by failures.
    enum Operation {
        CREATE,
        WRITE,
        FORCE,
        REPLACE,
        DELETE,
        CREATE_FOLDER
    }

    private final Map<Path, Long> forcedBytes = new HashMap<>(); // of files that have bytes which are not forced
    private BiPredicate<Operation, Path> failing = (_, _) -> false;
    private boolean tearing;
    private long usable = Long.MAX_VALUE;
    private Runnable before = () -> {};
    private int operations;

    /// From now on operations that `which` accepts fail as on a full disk.
    synchronized void fail(BiPredicate<Operation, Path> which) {
        failing = which;
    }

    /// Whether a failing write leaves half of its bytes.
    synchronized void tear(boolean now) {
        tearing = now;
    }

    synchronized void heal() {
        failing = (_, _) -> false;
        usable = Long.MAX_VALUE;
    }

    synchronized void usable(long bytes) {
        usable = bytes;
    }

    /// Called before every operation, on the thread that does it.
    synchronized void beforeEach(Runnable what) {
        before = what;
    }

    synchronized int operations() {
        return operations;
    }

    private void check(Operation operation, Path file) throws IOException {
        operations++;
        before.run();
        if (failing.test(operation, file)) {
            throw new IOException(FULL.getMessage());
        }
    }

    /// Copies a folder without what was not forced, some of which may have reached the medium, a last piece torn.
    synchronized Path afterPowerLoss(Path folder, Path to, Random random) {
        try {
            copy(folder, to);
            for (var entry : forcedBytes.entrySet()) {
                Path file = to.resolve(folder.relativize(entry.getKey()));
                if (Files.exists(file)) {
                    long forced = entry.getValue();
                    long there = Files.size(file);
                    long kept = there <= forced ? there : forced + random.nextLong(there - forced + 1);
                    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(kept);
                        if (kept > forced && random.nextBoolean()) {
                            // a sector of which other bytes arrived
                            long from = Math.max(forced, kept - 1 - random.nextInt(64));
                            channel.write(ByteBuffer.wrap(new byte[(int) (kept - from)]), from);
                        }
                    }
                }
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Copies what there is; files may go while it does.
    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private final class File implements Output {
        private final Output real;
        private Path path;

        File(Output real, Path path) {
            this.real = real;
            this.path = path;
        }

        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            synchronized (FaultyDisk.this) {
                try {
                    check(Operation.WRITE, path);
                } catch (IOException e) {
                    if (tearing) {
                        real.write(bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2), at);
                    }
                    throw e;
                }
                real.write(bytes, at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (FaultyDisk.this) {
                real.truncate(size);
                forcedBytes.computeIfPresent(path, (_, forced) -> Math.min(forced, size));
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (FaultyDisk.this) {
                check(Operation.FORCE, path);
                real.force();
                forcedBytes.computeIfPresent(path, (_, _) -> size());
            }
        }

        private long size() {
            try {
                return Files.exists(path) ? Files.size(path) : 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    @Override
    public synchronized Output create(Path file) throws IOException {
        check(Operation.CREATE, file);
        forcedBytes.put(file, 0L);
        return new File(REAL.create(file), file);
    }

    @Override
    public synchronized Output open(Path file) throws IOException {
        return new File(REAL.open(file), file);
    }

    @Override
    public synchronized void replace(Path from, Path to) throws IOException {
        check(Operation.REPLACE, to);
        REAL.replace(from, to);
        Long forced = forcedBytes.remove(from);
        forcedBytes.remove(to);
        if (forced != null) {
            forcedBytes.put(to, forced);
        }
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        check(Operation.DELETE, file);
        REAL.delete(file);
        forcedBytes.remove(file);
    }

    @Override
    public synchronized void createFolder(Path folder) throws IOException {
        check(Operation.CREATE_FOLDER, folder);
        REAL.createFolder(folder);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        REAL.forceFolder(folder);
    }

    @Override
    public synchronized long usableBytes(Path folder) throws IOException {
        return usable;
    }
}
