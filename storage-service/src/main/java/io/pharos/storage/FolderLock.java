package io.pharos.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Keeps a second process (or store) out of a data folder: a lock on its file `lock`, which ends with the process.
final class FolderLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final boolean clean;

    private FolderLock(Path file, FileChannel channel, boolean clean) {
        this.file = file;
        this.channel = channel;
        this.clean = clean;
    }

    /// Takes the folder. Fails where another store has it.
    static FolderLock take(Path folder) {
        Path file = folder.resolve("lock");
        try {
            Files.createDirectories(folder);
            boolean clean = !Files.exists(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                channel.close();
                throw new IllegalStateException("the data folder " + folder.toAbsolutePath()
                        + " is in use by another process; stop it, or give this one a folder of its own with"
                        + " --storage.tsdb.path");
            }
            return new FolderLock(file, channel, clean);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock the data folder " + folder.toAbsolutePath(), e);
        }
    }

    /// Whether the last process closed its store.
    boolean clean() {
        return clean;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unlock " + file, e);
        }
    }
}
