package io.pharos.alertmanager.group;

import io.pharos.alertmanager.route.Route;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertOrder;
import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One group of alerts on its way to one receiver (`dispatch/dispatch.go`, Alertmanager 0.34). Decides; never
/// waits, sends or reads a clock.
///
/// ```
/// created ── group_wait ──► flush ── group_interval ──► flush ── … ──► empty after a flush that went well: destroyed
/// ```
///
/// The timer is set anew *before* a flush, so that a slow delivery does not shift the ticks; a flush that outlasts
/// the interval is followed by the next one at once. An alert older than group_wait makes the group it *creates*
/// flush at once; one that joins never moves the timer. Not thread-safe: the driver guards it.
final class AggregationGroup {
    /// What is told at a tick.
    ///
    /// @param tick when it began; repeat intervals and time intervals are judged by it
    /// @param alerts all of the group, in order; firing ones without an end, so that they can't resolve on the way
    record Flush(Instant tick, Instant deadline, List<Alert> alerts, List<Alert> resolved) {}

    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(10);

    private final Route route;
    private final Labels labels;
    private final String key;
    private final Map<Long, KnownAlert> alerts = new HashMap<>();
    /// The same in order, null since one came or left.
    private @Nullable List<KnownAlert> ordered;
    private Instant nextFlush;
    private boolean destroyed;

    /// A group made for `first`, at `now`.
    AggregationGroup(Route route, Labels labels, KnownAlert first, Instant now) {
        this.route = route;
        this.labels = labels;
        this.key = route.groupKey(labels);
        boolean old = first.texts().startsAt().plus(route.groupWait()).isBefore(now);
        this.nextFlush = old ? now : now.plus(route.groupWait());
        insert(first);
    }

    Route route() {
        return route;
    }

    Labels labels() {
        return labels;
    }

    String key() {
        return key;
    }

    Instant nextFlush() {
        return nextFlush;
    }

    boolean isDestroyed() {
        return destroyed;
    }

    Collection<KnownAlert> alerts() {
        return alerts.values();
    }

    void insert(KnownAlert alert) {
        if (destroyed) {
            throw new IllegalStateException("bug: an alert was put into the destroyed group " + key);
        }
        if (alerts.put(alert.fingerprint(), alert) != alert) {
            ordered = null;
        }
    }

    /// The timer fired: what to tell, and the timer is set anew.
    ///
    /// @param extra time added to the deadline for what the driver waits before it delivers
    Flush onTimer(Instant now, Duration extra) {
        nextFlush = now.plus(route.groupInterval());
        List<Alert> told = seenAt(now);
        List<Alert> resolved =
                told.stream().filter(alert -> alert.isResolvedAt(now)).toList();
        Duration span =
                route.groupInterval().compareTo(SHORTEST_DEADLINE) > 0 ? route.groupInterval() : SHORTEST_DEADLINE;
        return new Flush(now, now.plus(span).plus(extra), told, resolved);
    }

    /// All alerts of the group as they stand now, in order; firing ones without an end.
    List<Alert> seenAt(Instant now) {
        if (ordered == null) {
            var sorted = new ArrayList<>(alerts.values());
            sorted.sort(Comparator.comparing(KnownAlert::texts, AlertOrder.ALERTS));
            ordered = sorted;
        }
        var seen = new ArrayList<Alert>(ordered.size());
        for (KnownAlert alert : ordered) {
            seen.add(alert.isResolvedAt(now) ? alert.alert() : alert.until(Instant.EPOCH));
        }
        return seen;
    }

    /// The flush ended. Where all went well its resolved alerts leave, unless they were updated meanwhile, and an
    /// empty group is destroyed.
    void onFlushed(Flush flush, boolean wentWell) {
        if (!wentWell) {
            return;
        }
        for (Alert alert : flush.resolved()) {
            long fingerprint = alert.fingerprint();
            KnownAlert now = alerts.get(fingerprint);
            if (now != null && now.updatedAt().equals(alert.updatedAt())) {
                alerts.remove(fingerprint);
                ordered = null;
            }
        }
        destroyed = alerts.isEmpty();
    }
}
