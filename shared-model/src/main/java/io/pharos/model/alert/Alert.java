package io.pharos.model.alert;

import io.pharos.model.labels.Labels;
import java.time.Instant;

/// An alert on its way from a rule to people. `endsAt` of [Instant#EPOCH] means unknown; at or before a moment
/// means resolved then. `generatorUrl` leads back to where it came from, may be empty. `timedOut` says that
/// `endsAt` was set by the receiver's resolve time-out.
public record Alert(
        Labels labels,
        Labels annotations,
        Instant startsAt,
        Instant endsAt,
        Instant updatedAt,
        String generatorUrl,
        boolean timedOut) {
    public boolean isResolvedAt(Instant now) {
        return !endsAt.equals(Instant.EPOCH) && !endsAt.isAfter(now);
    }

    /// The `alertname` label.
    public String name() {
        return labels.get("alertname");
    }

    public long fingerprint() {
        return fingerprint(labels);
    }

    /// FNV-1a, 64 bits, over name, 0xFF, value, 0xFF of every label: `model.LabelSet.Fingerprint` of Prometheus.
    public static long fingerprint(Labels labels) {
        byte[] bytes = labels.encoded();
        long h = 0xcbf29ce484222325L;
        for (int at = 0; at < bytes.length; ) {
            int end = Labels.textStart(bytes, at) + Labels.textLength(bytes, at);
            for (int i = Labels.textStart(bytes, at); i < end; i++) {
                h = (h ^ (bytes[i] & 0xff)) * 0x100000001b3L;
            }
            h = (h ^ 0xff) * 0x100000001b3L;
            at = end;
        }
        return h;
    }
}
