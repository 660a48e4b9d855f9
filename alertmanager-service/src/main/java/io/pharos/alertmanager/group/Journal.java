package io.pharos.alertmanager.group;

import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.model.alert.Alert;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Where the dispatcher writes down what must outlive the process. When a method returns, what it was given
/// survives `kill -9`.
public interface Journal {
    /// What became of one notification.
    ///
    /// @param alerts fingerprints of the alerts told, firing and resolved
    /// @param error empty where it was delivered
    record Delivery(
            Instant at,
            NotificationLog.Key to,
            String reason,
            List<Long> firing,
            List<Long> resolved,
            String result,
            String error,
            Duration latency) {}

    /// Something that happened to an alert (`docs/alert-history.md` lists what).
    record Event(long fingerprint, Instant at, String what, String detail) {}

    /// The times of an alert that was reported again and is otherwise as it was.
    record Moved(long fingerprint, Instant endsAt, Instant updatedAt, boolean timedOut) {}

    /// What reports brought: alerts as they are now known, those of which the times alone moved, and what is new.
    void alerts(List<Alert> alerts, List<Moved> moved, List<Event> events);

    /// Alerts that were forgotten.
    void forgotten(List<Alert> alerts);

    /// An entry of the notification log, which goes to the replicas, too.
    void notified(NotificationLog.Entry entry);

    /// A notification that was tried.
    void delivery(Delivery delivery);

    /// Keeps nothing.
    Journal NONE = new Journal() {
        @Override
        public void alerts(List<Alert> alerts, List<Moved> moved, List<Event> events) {}

        @Override
        public void forgotten(List<Alert> alerts) {}

        @Override
        public void notified(NotificationLog.Entry entry) {}

        @Override
        public void delivery(Delivery delivery) {}
    };
}
