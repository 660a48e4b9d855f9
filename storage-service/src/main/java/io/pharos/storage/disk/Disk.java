package io.pharos.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Where files are written. What was written is durable against the loss of power once it was forced.
public interface Disk {
    Disk REAL = new RealDisk();

    /// A file that is being written. One thread at a time writes; another may force.
    interface Output extends Closeable {
        /// Writes all that remains in `bytes` at a place of the file.
        void write(ByteBuffer bytes, long at) throws IOException;

        /// Cuts the file off.
        void truncate(long size) throws IOException;

        /// Returns once everything written is on the medium.
        void force() throws IOException;
    }

    /// Makes a new, empty file; one that is there is emptied.
    Output create(Path file) throws IOException;

    /// Opens a file that is there, to force it.
    Output open(Path file) throws IOException;

    /// Gives `from`, which was forced, the name `to`, at once and durably; what had that name is gone.
    void replace(Path from, Path to) throws IOException;

    void delete(Path file) throws IOException;

    /// Makes a folder and those above it.
    void createFolder(Path folder) throws IOException;

    /// Returns once the names in a folder are on the medium.
    void forceFolder(Path folder) throws IOException;

    /// Bytes that can still be written.
    long usableBytes(Path folder) throws IOException;
}
