package io.pharos.model.port;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Delivers one notification for one integration of a receiver. Thread-safe; blocking until delivered, refused, or the
/// deadline.
public interface Notifier {
    /// What to tell, and whom.
    ///
    /// @param id names this notification; a second call with the same id delivers nothing again
    /// @param deadline when to give up
    /// @param receiver name of the receiver in `alertmanager.yml`
    /// @param integration kind of the integration (`webhook`, `slack`…), and its index among those of the receiver
    /// @param groupKey key of the aggregation group, as text
    /// @param groupLabels labels the group is made of
    /// @param routeLabels labels that the route adds, in 0.34's payloads
    /// @param alerts firing and resolved, in order; never empty
    /// @param truncatedAlerts how many alerts were left out
    /// @param externalUrl where links lead to
    /// @param receiverData what the integration stored at its last notification of this group
    record Notification(
            String id,
            Instant deadline,
            String receiver,
            String integration,
            int integrationIndex,
            String groupKey,
            Labels groupLabels,
            Labels routeLabels,
            List<Alert> alerts,
            int truncatedAlerts,
            String externalUrl,
            Instant now,
            String notificationReason,
            Map<String, String> receiverData) {
        public Notification {
            alerts = List.copyOf(alerts);
            receiverData = Map.copyOf(receiverData);
        }
    }

    /// What came of it.
    sealed interface Outcome {
        /// It arrived; `receiverData` is to be given to the next notification of the group.
        record Delivered(Map<String, String> receiverData) implements Outcome {}

        /// The receiver will never take it: do not retry.
        record Refused(String why) implements Outcome {}

        /// The deadline passed.
        record GaveUp(int attempts, String lastError) implements Outcome {}
    }

    Outcome deliver(Notification notification);
}
