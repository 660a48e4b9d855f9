package io.pharos.alertmanager.cluster;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.group.Wakeups;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// Keeps replicas alike: what changes here is told to the others, what they tell is merged.
public interface Replication extends Turn, AutoCloseable {
    /// Makes a replication of the state given.
    ///
    /// `keepSilences` and `keepEntry` write down what came from a replica.
    @FunctionalInterface
    interface Start {
        Replication with(
                Silences silences,
                NotificationLog log,
                Consumer<Collection<Silence>> keepSilences,
                Consumer<NotificationLog.Entry> keepEntry,
                InstantSource time,
                Wakeups wakeups,
                MeterRegistry meters);
    }

    /// Tells the replicas of a notification.
    void told(NotificationLog.Entry entry);

    /// Tells the replicas of silences that changed.
    void changed(List<Silence> silences);

    boolean isEnabled();

    ClusterView view();

    @Override
    void close();

    /// No replicas.
    Replication NONE = new Replication() {
        @Override
        public void told(NotificationLog.Entry entry) {}

        @Override
        public void changed(List<Silence> silences) {}

        @Override
        public boolean isEnabled() {
            return false;
        }

        @Override
        public ClusterView view() {
            return ClusterView.NONE;
        }

        @Override
        public Duration delay() {
            return Duration.ZERO;
        }

        @Override
        public boolean awaitReady(Instant deadline) {
            return true;
        }

        @Override
        public void close() {}
    };
}
