package io.pharos.alertmanager.cluster;

import java.time.Instant;

/// Decides when the members of a cluster have found each other: the same number three polls running, and once
/// more; or the time is up. Pure.
final class Settling {
    private static final int STEADY_POLLS = 3;

    private final Instant giveUpAt;
    private int last = -1;
    private int steady;
    private boolean ready;

    Settling(Instant giveUpAt) {
        this.giveUpAt = giveUpAt;
    }

    /// Takes the number of members at a poll. Whether the cluster is ready, and stays so.
    boolean poll(int members, Instant now) {
        if (ready) {
            return true;
        }
        if (steady >= STEADY_POLLS || !now.isBefore(giveUpAt)) {
            ready = true;
        } else if (members == last) {
            steady++;
        } else {
            steady = 0;
            last = members;
        }
        return ready;
    }
}
