package io.pharos.alertmanager.group;

import io.pharos.model.alert.Alert;
import java.time.Instant;

/// Merges two reports of one alert (`provider/mem`, `alert/alert.go`, Alertmanager 0.34). Pure.
final class AlertMerge {
    private AlertMerge() {}

    /// What `known` becomes when `update` is received: the two merged where their times overlap, else `update`
    /// alone.
    static Alert receive(Alert known, Alert update) {
        boolean overlap =
                update.endsAt().isAfter(known.startsAt()) && update.endsAt().isBefore(known.endsAt())
                        || update.startsAt().isAfter(known.startsAt())
                                && update.startsAt().isBefore(known.endsAt());
        return overlap ? merge(known, update) : update;
    }

    private static Alert merge(Alert known, Alert update) {
        if (update.updatedAt().isBefore(known.updatedAt())) {
            return merge(update, known);
        }
        Instant start = known.startsAt().isBefore(update.startsAt()) ? known.startsAt() : update.startsAt();
        Instant end = update.endsAt();
        boolean longer = known.endsAt().isAfter(end);
        if (update.isResolvedAt(update.updatedAt())) {
            if (known.isResolvedAt(update.updatedAt()) && longer) {
                end = known.endsAt();
            }
        } else if (longer && !known.timedOut()) {
            end = known.endsAt();
        }
        return new Alert(
                update.labels(),
                update.annotations(),
                start,
                end,
                update.updatedAt(),
                update.generatorUrl(),
                update.timedOut());
    }
}
