package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One alert of a rule, from the first element with its labels until it was resolved and told to be so for long
/// enough.
final class ActiveAlert {
    /// How long a resolved alert is kept, so that whoever missed that it is over hears of it again.
    private static final Duration RESOLVED_RETENTION = Duration.ofMinutes(15);

    private final Labels labels;
    private Map<String, String> annotations;
    private double value;
    private AlertState state = AlertState.PENDING;
    private Instant activeAt;
    private @Nullable Instant firedAt;
    private @Nullable Instant resolvedAt;
    private @Nullable Instant keepFiringSince;
    private Instant lastSentAt = Instant.MIN;

    ActiveAlert(Labels labels, Map<String, String> annotations, double value, Instant activeAt) {
        this.labels = labels;
        this.annotations = annotations;
        this.value = value;
        this.activeAt = activeAt;
    }

    /// Its element is there again.
    void seen(Map<String, String> newAnnotations, double newValue) {
        annotations = newAnnotations;
        value = newValue;
        keepFiringSince = null;
    }

    /// Its element is not there. Answers whether the alert is still to be kept in memory.
    boolean missed(Instant now, Duration keepFiring) {
        boolean firing = state == AlertState.FIRING;
        if (firing && keepFiring.isPositive()) {
            if (keepFiringSince == null) {
                keepFiringSince = now;
            }
            if (Duration.between(keepFiringSince, now).compareTo(keepFiring) < 0) {
                return true;
            }
        }
        if (state == AlertState.PENDING) {
            return false;
        }
        if (resolvedAt != null && Duration.between(resolvedAt, now).compareTo(RESOLVED_RETENTION) > 0) {
            return false;
        }
        if (firing) {
            state = AlertState.INACTIVE;
            resolvedAt = now;
        }
        return true;
    }

    /// Fires once it is active for long enough; waits again when the rule has come to ask for more.
    void age(Instant now, Duration hold) {
        boolean ripe = Duration.between(activeAt, now).compareTo(hold) >= 0;
        if (state == AlertState.PENDING && ripe) {
            state = AlertState.FIRING;
            firedAt = now;
        } else if (state == AlertState.FIRING && !ripe) {
            state = AlertState.PENDING;
            firedAt = null;
            lastSentAt = Instant.MIN;
            keepFiringSince = null;
        }
    }

    /// Whether somebody should hear of it now; if so, it counts as told.
    boolean takeTurn(Instant now, Duration resendDelay) {
        if (state == AlertState.PENDING) {
            return false;
        }
        boolean resolvedSince = resolvedAt != null && resolvedAt.isAfter(lastSentAt);
        boolean due =
                lastSentAt.equals(Instant.MIN) || lastSentAt.plus(resendDelay).isBefore(now);
        if (resolvedSince || due) {
            lastSentAt = now;
            return true;
        }
        return false;
    }

    void restoreActiveAt(Instant at) {
        activeAt = at;
    }

    Labels labels() {
        return labels;
    }

    Map<String, String> annotations() {
        return annotations;
    }

    AlertState state() {
        return state;
    }

    boolean isActive() {
        return state == AlertState.PENDING || state == AlertState.FIRING;
    }

    Instant activeAt() {
        return activeAt;
    }

    /// When it began to fire; when it became active, as long as it does not.
    Instant firedAt() {
        return firedAt == null ? activeAt : firedAt;
    }

    Optional<Instant> resolvedAt() {
        return Optional.ofNullable(resolvedAt);
    }

    GroupStatus.AlertStatus status() {
        return new GroupStatus.AlertStatus(
                labels, annotations, state, activeAt, Optional.ofNullable(keepFiringSince), value);
    }
}
