package io.pharos.storage;

import io.pharos.storage.disk.Disk;
import io.pharos.storage.head.HeadLimits;
import java.nio.file.Path;

/// What a store is opened with.
///
/// @param folder where everything is kept
/// @param fsyncMs how often the log is forced to disk; 0 after every batch
/// @param retentionMs how long samples are kept; 0 for ever
/// @param retentionBytes how much is kept; 0 for no limit
/// @param sealBytes full chunks in the head, in bytes, after which they are sealed into partitions
/// @param logBytes log after which the head is written as a checkpoint, at least
/// @param endedMs how far behind the newest sample of the store a series' last one lies when it has ended and leaves
/// the
///     head
/// @param minFreeBytes room on the disk, beside that for a checkpoint, below which writes are refused; 0 for no limit
/// @param memoryBytes memory near which new series are refused; 0 for no limit
/// @param disk where files are written
/// @param lock whether the folder is locked against a second process
public record StoreOptions(
        Path folder,
        HeadLimits limits,
        long fsyncMs,
        long retentionMs,
        long retentionBytes,
        long sealBytes,
        long logBytes,
        long endedMs,
        long minFreeBytes,
        long memoryBytes,
        Disk disk,
        boolean lock) {
    public static StoreOptions in(Path folder) {
        return new StoreOptions(
                folder,
                HeadLimits.DEFAULT,
                1000,
                15L * 24 * 3_600_000,
                0,
                64L << 20,
                32L << 20,
                900_000,
                0,
                0,
                Disk.REAL,
                true);
    }

    public StoreOptions withLimits(HeadLimits now) {
        return new StoreOptions(
                folder,
                now,
                fsyncMs,
                retentionMs,
                retentionBytes,
                sealBytes,
                logBytes,
                endedMs,
                minFreeBytes,
                memoryBytes,
                disk,
                lock);
    }

    public StoreOptions withRetention(long ms, long bytes) {
        return new StoreOptions(
                folder,
                limits,
                fsyncMs,
                ms,
                bytes,
                sealBytes,
                logBytes,
                endedMs,
                minFreeBytes,
                memoryBytes,
                disk,
                lock);
    }

    public StoreOptions withFsync(long ms) {
        return new StoreOptions(
                folder,
                limits,
                ms,
                retentionMs,
                retentionBytes,
                sealBytes,
                logBytes,
                endedMs,
                minFreeBytes,
                memoryBytes,
                disk,
                lock);
    }

    public StoreOptions withLock(boolean wanted) {
        return new StoreOptions(
                folder,
                limits,
                fsyncMs,
                retentionMs,
                retentionBytes,
                sealBytes,
                logBytes,
                endedMs,
                minFreeBytes,
                memoryBytes,
                disk,
                wanted);
    }

    public StoreOptions withDisk(Disk now) {
        return new StoreOptions(
                folder,
                limits,
                fsyncMs,
                retentionMs,
                retentionBytes,
                sealBytes,
                logBytes,
                endedMs,
                minFreeBytes,
                memoryBytes,
                now,
                lock);
    }

    /// @param seal as `sealBytes`
    /// @param log as `logBytes`
    public StoreOptions withThresholds(long seal, long log) {
        return new StoreOptions(
                folder,
                limits,
                fsyncMs,
                retentionMs,
                retentionBytes,
                seal,
                log,
                endedMs,
                minFreeBytes,
                memoryBytes,
                disk,
                lock);
    }

    /// @param disk as `minFreeBytes`
    /// @param memory as `memoryBytes`
    public StoreOptions withReserves(long disk, long memory) {
        return new StoreOptions(
                folder,
                limits,
                fsyncMs,
                retentionMs,
                retentionBytes,
                sealBytes,
                logBytes,
                endedMs,
                disk,
                memory,
                this.disk,
                lock);
    }
}
