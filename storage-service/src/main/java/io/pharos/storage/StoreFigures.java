package io.pharos.storage;

import java.util.concurrent.atomic.AtomicLong;

/// What a store counts of itself, since the process began.
public final class StoreFigures {
    int cleanStart;
    final AtomicLong seals = new AtomicLong();
    final AtomicLong sealFailures = new AtomicLong();
    final AtomicLong merges = new AtomicLong();
    final AtomicLong checkpoints = new AtomicLong();
    final AtomicLong checkpointFailures = new AtomicLong();
    final AtomicLong writesRefused = new AtomicLong();
    final AtomicLong syncFailures = new AtomicLong();
    final AtomicLong logCorruptions = new AtomicLong();
    final AtomicLong timeRetentions = new AtomicLong();
    final AtomicLong sizeRetentions = new AtomicLong();
    volatile long replayFirst;
    volatile long replayLast;
    volatile long replayCurrent;

    /// 1 the last process closed the store, 0 it did not, −1 the folder is not locked.
    public int cleanStart() {
        return cleanStart;
    }

    public long seals() {
        return seals.get();
    }

    public long sealFailures() {
        return sealFailures.get();
    }

    public long merges() {
        return merges.get();
    }

    public long checkpoints() {
        return checkpoints.get();
    }

    public long checkpointFailures() {
        return checkpointFailures.get();
    }

    /// Batches refused while the disk was nearly full.
    public long writesRefused() {
        return writesRefused.get();
    }

    public long syncFailures() {
        return syncFailures.get();
    }

    public long logCorruptions() {
        return logCorruptions.get();
    }

    public long timeRetentions() {
        return timeRetentions.get();
    }

    public long sizeRetentions() {
        return sizeRetentions.get();
    }

    /// Segments of the log that were replayed: first, last, and the one being read.
    public long replayFirst() {
        return replayFirst;
    }

    public long replayLast() {
        return replayLast;
    }

    public long replayCurrent() {
        return replayCurrent;
    }
}
