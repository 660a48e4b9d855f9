package io.pharos.alertmanager.cluster;

import java.time.Duration;
import java.time.Instant;

/// A replica's place among its peers: who notifies first, and how long the others wait before they look whether it
/// did.
public interface Turn {
    /// How long this replica waits before it notifies; zero for the first one.
    Duration delay();

    /// Waits until the members of the cluster have found each other; false where `deadline` passes before.
    boolean awaitReady(Instant deadline) throws InterruptedException;

    /// No cluster: always ready, always first.
    Turn ALONE = new Turn() {
        @Override
        public Duration delay() {
            return Duration.ZERO;
        }

        @Override
        public boolean awaitReady(Instant deadline) {
            return true;
        }
    };
}
