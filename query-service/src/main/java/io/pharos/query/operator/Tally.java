package io.pharos.query.operator;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// Samples an evaluation looked at: in total and, if asked for, per step. Thread-safe.
///
/// `queryable` counts a range's whole window at every step, `read` each sample once.
final class Tally {
    final AtomicLong queryable = new AtomicLong();
    final AtomicLong read = new AtomicLong();
    final @Nullable AtomicLongArray queryablePerStep;
    final @Nullable AtomicLongArray readPerStep;

    Tally(int steps, boolean perStep) {
        queryablePerStep = perStep ? new AtomicLongArray(steps) : null;
        readPerStep = perStep ? new AtomicLongArray(steps) : null;
    }

    boolean perStep() {
        return queryablePerStep != null;
    }

    void add(int step, long queryableMore, long readMore) {
        queryable.addAndGet(queryableMore);
        read.addAndGet(readMore);
        addPerStep(step, queryableMore, readMore);
    }

    void addPerStep(int step, long queryableMore, long readMore) {
        AtomicLongArray q = queryablePerStep;
        AtomicLongArray r = readPerStep;
        if (q != null && r != null && step < q.length()) {
            q.addAndGet(step, queryableMore);
            r.addAndGet(step, readMore);
        }
    }

    static long @Nullable [] array(@Nullable AtomicLongArray counts) {
        if (counts == null) {
            return null;
        }
        var copy = new long[counts.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }
}
