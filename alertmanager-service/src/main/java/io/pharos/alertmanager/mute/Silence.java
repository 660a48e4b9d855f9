package io.pharos.alertmanager.mute;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A silence: alerts that all matchers match are not told while it is active.
///
/// @param updatedAt decides between replicas: the later one wins
public record Silence(
        String id,
        List<AlertMatcher> matchers,
        Instant startsAt,
        Instant endsAt,
        Instant updatedAt,
        String createdBy,
        String comment,
        Map<String, String> annotations) {
    public Silence {
        matchers = List.copyOf(matchers);
        annotations = Map.copyOf(annotations);
    }

    /// Where a silence is in its life.
    public enum State {
        ACTIVE("active"),
        PENDING("pending"),
        EXPIRED("expired");

        private final String text;

        State(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /// Expired from its end on, pending before its start.
    public State stateAt(Instant now) {
        return !now.isBefore(endsAt) ? State.EXPIRED : now.isBefore(startsAt) ? State.PENDING : State.ACTIVE;
    }

    /// Whether it covers an alert with `labels`, whenever.
    public boolean matches(Labels labels) {
        return AlertMatcher.allMatch(matchers, labels);
    }

    Silence withTimes(Instant start, Instant end, Instant now) {
        return new Silence(id, matchers, start, end, now, createdBy, comment, annotations);
    }

    Silence withId(String newId) {
        return new Silence(newId, matchers, startsAt, endsAt, updatedAt, createdBy, comment, annotations);
    }
}
