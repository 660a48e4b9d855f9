package io.pharos.alertmanager.mute;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Inhibition: which alert keeps another from being told. Thread-safe by its own lock.
///
/// Where Alertmanager keeps one source per tuple of equal values, all are kept here, so that a target stays
/// inhibited while any source fires; of several the one that ends last is named (of those the one reported last),
/// as there (`inhibit/inhibit.go`, 0.34).
public final class Inhibitor {
    private static final class Sources {
        final InhibitRule rule;
        final Map<List<String>, Map<Long, Alert>> byValues = new HashMap<>();

        Sources(InhibitRule rule) {
            this.rule = rule;
        }
    }

    private final List<Sources> rules = new ArrayList<>();

    public Inhibitor(List<InhibitRule> rules) {
        rules.forEach(rule -> this.rules.add(new Sources(rule)));
    }

    /// Takes a report of an alert, firing or resolved.
    public synchronized void observe(Alert alert) {
        for (Sources sources : rules) {
            if (sources.rule.isSource(alert.labels())) {
                Map<Long, Alert> same = sources.byValues.computeIfAbsent(
                        sources.rule.equalValues(alert.labels()), _ -> new LinkedHashMap<>());
                long fingerprint = alert.fingerprint();
                same.remove(fingerprint);
                same.put(fingerprint, alert);
            }
        }
    }

    /// The fingerprint of the alert that inhibits one with `labels` now, by the first rule that has one.
    public synchronized Optional<Long> inhibiting(Labels labels, Instant now) {
        for (Sources sources : rules) {
            if (!sources.rule.isTarget(labels)) {
                continue;
            }
            Map<Long, Alert> same = sources.byValues.get(sources.rule.equalValues(labels));
            if (same == null) {
                continue;
            }
            boolean targetIsSource = sources.rule.isSource(labels);
            Alert best = null;
            for (Alert source : same.values()) {
                boolean twoSided = targetIsSource && sources.rule.isTarget(source.labels());
                if (!source.isResolvedAt(now)
                        && !twoSided
                        && (best == null || !source.endsAt().isBefore(best.endsAt()))) {
                    best = source;
                }
            }
            if (best != null) {
                return Optional.of(best.fingerprint());
            }
        }
        return Optional.empty();
    }

    /// Forgets sources that are resolved.
    public synchronized void collect(Instant now) {
        for (Sources sources : rules) {
            sources.byValues.values().removeIf(same -> {
                same.values().removeIf(alert -> alert.isResolvedAt(now));
                return same.isEmpty();
            });
        }
    }

    public int ruleCount() {
        return rules.size();
    }
}
