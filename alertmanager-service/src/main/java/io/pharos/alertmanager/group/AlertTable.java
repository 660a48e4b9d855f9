package io.pharos.alertmanager.group;

import io.pharos.model.alert.Alert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The alerts known, by fingerprint. Not thread-safe: the dispatcher guards it.
final class AlertTable {
    private final Map<Long, KnownAlert> alerts = new HashMap<>();
    private final Map<String, Map<Long, Instant>> perName = new HashMap<>();
    private final int perNameLimit;

    /// @param perNameLimit how many alerts of one `alertname` are taken; 0 means any number
    AlertTable(int perNameLimit) {
        this.perNameLimit = perNameLimit;
    }

    /// The alert known under a fingerprint, null where there is none.
    @Nullable
    KnownAlert find(long fingerprint) {
        return alerts.get(fingerprint);
    }

    /// Adds an alert that is not known yet.
    KnownAlert add(Alert alert) {
        var known = new KnownAlert(alert);
        alerts.put(known.fingerprint(), known);
        return known;
    }

    /// Whether the limit of the alert's name allows it; counts it where it does.
    boolean admits(Alert update, long fingerprint, Instant now) {
        if (perNameLimit == 0) {
            return true;
        }
        Map<Long, Instant> bucket = perName.computeIfAbsent(update.name(), _ -> new HashMap<>());
        if (!bucket.containsKey(fingerprint) && bucket.size() >= perNameLimit) {
            Map.Entry<Long, Instant> first =
                    bucket.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
            if (first.getValue().isAfter(now)) {
                return false;
            }
            bucket.remove(first.getKey());
        }
        bucket.put(fingerprint, update.endsAt());
        return true;
    }

    /// Forgets the alerts that are resolved, and returns them.
    List<Alert> collect(Instant now) {
        var gone = new ArrayList<Alert>();
        alerts.values().removeIf(alert -> {
            boolean resolved = alert.isResolvedAt(now);
            if (resolved) {
                gone.add(alert.alert());
            }
            return resolved;
        });
        for (Alert alert : gone) {
            Map<Long, Instant> bucket = perName.get(alert.name());
            if (bucket != null) {
                bucket.remove(alert.fingerprint());
                if (bucket.isEmpty()) {
                    perName.remove(alert.name());
                }
            }
        }
        return gone;
    }

    Collection<KnownAlert> all() {
        return alerts.values();
    }
}
