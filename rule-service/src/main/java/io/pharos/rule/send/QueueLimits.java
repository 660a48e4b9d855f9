package io.pharos.rule.send;

/// Flags of the queues of alerts, one queue an alertmanager.
///
/// @param capacity most alerts that wait (`--alertmanager.notification-queue-capacity`)
/// @param batchSize most alerts sent together (`--alertmanager.notification-batch-size`)
/// @param drain whether what waits is sent at the end (`--alertmanager.drain-notification-queue-on-shutdown`)
public record QueueLimits(int capacity, int batchSize, boolean drain) {
    public QueueLimits {
        if (capacity < 1 || batchSize < 1) {
            throw new IllegalArgumentException("capacity (" + capacity + ") and batch size (" + batchSize
                    + ") of alert queues must be at least 1");
        }
    }
}
