package io.pharos.storage;

import io.pharos.storage.disk.Disk;
import io.pharos.storage.head.HeadLimits;
import java.nio.file.Path;

/// What a store is opened with.
///
/// @param folder where everything is kept
/// @param limits what is accepted
/// @param retention what is kept
/// @param reserve what is left free
/// @param thresholds when samples move on
/// @param files how files are written
public record StoreOptions(
        Path folder, HeadLimits limits, Retention retention, Reserve reserve, Thresholds thresholds, Files files) {
    /// The options of a store in a folder for which nothing is asked in particular.
    public static StoreOptions in(Path folder) {
        return new StoreOptions(
                folder, HeadLimits.DEFAULT, Retention.DEFAULT, Reserve.NONE, Thresholds.DEFAULT, Files.DEFAULT);
    }

    /// How long samples are kept, in ms, and how much is, in bytes; 0 for ever and for no limit.
    public record Retention(long ms, long bytes) {
        public static final Retention DEFAULT = new Retention(15L * 24 * 3_600_000, 0);
        public static final Retention FOREVER = new Retention(0, 0);
    }

    /// What a store leaves free; 0 for no limit.
    ///
    /// @param diskBytes room on the disk, beside that for a checkpoint, below which writes are refused
    /// @param memoryBytes memory near which new series are refused
    public record Reserve(long diskBytes, long memoryBytes) {
        public static final Reserve NONE = new Reserve(0, 0);
    }

    /// When samples move on.
    ///
    /// @param sealBytes full chunks in the head, in bytes, after which they are sealed into partitions
    /// @param logBytes log after which the head is written as a checkpoint, at least
    /// @param endedMs how far behind the newest sample of the store a series' last one lies when it has ended and
    ///     leaves the head
    public record Thresholds(long sealBytes, long logBytes, long endedMs) {
        public static final Thresholds DEFAULT = new Thresholds(64L << 20, 32L << 20, 900_000);
    }

    /// How files are written.
    ///
    /// @param disk where
    /// @param fsyncMs how often the log is forced to disk; 0 after every batch
    /// @param lock whether the folder is locked against a second process
    public record Files(Disk disk, long fsyncMs, boolean lock) {
        public static final Files DEFAULT = on(Disk.REAL);

        public static Files on(Disk disk) {
            return new Files(disk, 1000, true);
        }
    }
}
