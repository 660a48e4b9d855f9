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

    /// Something that happened to an alert: `firing`, `resolved`, `suppressed`, `notified`…
    record Event(long fingerprint, Instant at, String what, String detail) {}

    /// Alerts as they are now known, and what is new about them.
    void alerts(List<Alert> alerts, List<Event> events);

    /// Alerts that were forgotten.
    void forgotten(List<Alert> alerts);

    /// An entry of the notification log, which goes to the replicas, too.
    void notified(NotificationLog.Entry entry);

    /// A notification that was tried.
    void delivery(Delivery delivery);

    /// Keeps nothing.
    Journal NONE = new Journal() {
        @Override
        public void alerts(List<Alert> alerts, List<Event> events) {}

        @Override
        public void forgotten(List<Alert> alerts) {}

        @Override
        public void notified(NotificationLog.Entry entry) {}

        @Override
        public void delivery(Delivery delivery) {}
    };
}
