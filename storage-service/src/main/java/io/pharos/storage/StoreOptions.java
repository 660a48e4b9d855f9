package io.pharos.storage;

import io.pharos.storage.head.HeadLimits;
import java.nio.file.Path;

/// What a store is opened with.
///
/// @param folder where everything is kept
/// @param fsyncMs how often the log is forced to disk; 0 after every batch
/// @param retentionMs how long samples are kept; 0 for ever
/// @param retentionBytes how much is kept; 0 for no limit
/// @param lock whether the folder is locked against a second process
public record StoreOptions(
        Path folder, HeadLimits limits, long fsyncMs, long retentionMs, long retentionBytes, boolean lock) {
    public static StoreOptions in(Path folder) {
        return new StoreOptions(folder, HeadLimits.DEFAULT, 1000, 15L * 24 * 3_600_000, 0, true);
    }

    public StoreOptions withLimits(HeadLimits now) {
        return new StoreOptions(folder, now, fsyncMs, retentionMs, retentionBytes, lock);
    }
}
