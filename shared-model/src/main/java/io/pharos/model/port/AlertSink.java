package io.pharos.model.port;

import io.pharos.model.alert.Alert;
import java.util.List;

/// Takes alerts, active and resolved: the dispatcher, or every alertmanager configured. Thread-safe; blocking.
public interface AlertSink {
    /// Hands over alerts. Sending the same alert again is how it is kept alive.
    ///
    /// @throws ApiException `UNAVAILABLE` when no receiver took them, `BAD_DATA` when they were refused
    void send(List<Alert> alerts);
}
