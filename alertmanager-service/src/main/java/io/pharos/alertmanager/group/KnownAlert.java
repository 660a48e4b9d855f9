package io.pharos.alertmanager.group;

import io.pharos.model.alert.Alert;
import java.time.Instant;
import java.util.List;

/// An alert as it is known: its texts, which seldom change, and its times, which every report moves. The table and
/// the groups share it, so that a report which says nothing new touches this object and nothing else. Not thread-safe:
/// the dispatcher guards it.
final class KnownAlert {
    private final Long fingerprint;
    private Alert latest;
    private Instant endsAt;
    private Instant updatedAt;
    private boolean timedOut;
    private Placement placement = Placement.NONE;

    /// The groups that a generation put it into.
    ///
    /// @param by the generation, compared by identity
    record Placement(Object by, List<Generation.Running> groups) {
        static final Placement NONE = new Placement(new Object(), List.of());
    }

    KnownAlert(Alert alert) {
        this.fingerprint = alert.fingerprint();
        this.latest = alert;
        this.endsAt = alert.endsAt();
        this.updatedAt = alert.updatedAt();
        this.timedOut = alert.timedOut();
    }

    Long fingerprint() {
        return fingerprint;
    }

    Instant endsAt() {
        return endsAt;
    }

    Instant updatedAt() {
        return updatedAt;
    }

    boolean timedOut() {
        return timedOut;
    }

    /// The texts and the start; the other times may be old ones.
    Alert texts() {
        return latest;
    }

    Placement placement() {
        return placement;
    }

    void placed(Placement groups) {
        placement = groups;
    }

    boolean isResolvedAt(Instant now) {
        return !endsAt.equals(Instant.EPOCH) && !endsAt.isAfter(now);
    }

    /// As it stands now.
    Alert alert() {
        return latest.endsAt().equals(endsAt) && latest.updatedAt().equals(updatedAt) && latest.timedOut() == timedOut
                ? latest
                : until(endsAt);
    }

    /// As it stands now, with another end.
    Alert until(Instant end) {
        return new Alert(
                latest.labels(),
                latest.annotations(),
                latest.startsAt(),
                end,
                updatedAt,
                latest.generatorUrl(),
                timedOut);
    }

    /// Becomes `next`, the same alert. Whether more than its times changed.
    boolean become(Alert next) {
        endsAt = next.endsAt();
        updatedAt = next.updatedAt();
        timedOut = next.timedOut();
        boolean same = next.startsAt().equals(latest.startsAt())
                && next.labels().equals(latest.labels())
                && next.annotations().equals(latest.annotations())
                && next.generatorUrl().equals(latest.generatorUrl());
        if (!same) {
            latest = next;
        }
        return !same;
    }
}
