package io.pharos.storage.head;

/// Counts that a head keeps for its metrics, since the process began. Written under the head's lock, read by anyone.
public final class HeadFigures {
    volatile long floats;
    volatile long histograms;
    volatile long outOfOrder;
    volatile long outOfBounds;
    volatile long tooOld;
    volatile long lateAppended;
    volatile long seriesCreated;
    volatile long seriesRemoved;
    volatile long chunksCreated;
    volatile long chunksRemoved;
    volatile long logFailures;
    volatile long checkpointPauseNanos;
    volatile long replayLost;

    public long floats() {
        return floats;
    }

    public long histograms() {
        return histograms;
    }

    public long outOfOrder() {
        return outOfOrder;
    }

    public long outOfBounds() {
        return outOfBounds;
    }

    public long tooOld() {
        return tooOld;
    }

    public long lateAppended() {
        return lateAppended;
    }

    public long seriesCreated() {
        return seriesCreated;
    }

    public long seriesRemoved() {
        return seriesRemoved;
    }

    public long chunksCreated() {
        return chunksCreated;
    }

    public long chunksRemoved() {
        return chunksRemoved;
    }

    public long logFailures() {
        return logFailures;
    }

    /// The longest time that appends waited for the last checkpoint at a stretch.
    public long checkpointPauseNanos() {
        return checkpointPauseNanos;
    }

    /// Samples in the log whose series could not be recovered.
    public long replayLost() {
        return replayLost;
    }
}
