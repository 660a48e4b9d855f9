package io.pharos.rule.group;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.text.GoText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Gives alerts back the time since when they were active before a restart, from the `ALERTS_FOR_STATE` series
/// that were stored.
///
/// Prometheus 3.14, `rules/group.go`, `RestoreForState`. It reads the series through the query port, where a
/// range leaves stale markers out; so a series that had ended is told from one that the outage cut off by asking
/// once more, just inside the lookback after its last sample.
final class ForStateRestore {
    /// The last sample of a state series: when it was written and what it said.
    private record Stored(long atMs, double activeAtSeconds) {}

    private final QueryEvaluator evaluator;
    private final Duration outageTolerance;
    private final Duration gracePeriod;
    private final Duration lookback;

    ForStateRestore(QueryEvaluator evaluator, Duration outageTolerance, Duration gracePeriod, Duration lookback) {
        this.evaluator = evaluator;
        this.outageTolerance = outageTolerance;
        this.gracePeriod = gracePeriod;
        this.lookback = lookback;
    }

    /// Restores the rule's alerts; afterwards it counts as restored. A rule whose `for` is below the grace period
    /// does not have to wait for it, so its alerts start anew.
    ///
    /// @throws io.pharos.model.port.ApiException when the series can't be read
    void restore(AlertingRule rule, Instant now) {
        Duration hold = rule.spec().hold();
        if (hold.compareTo(gracePeriod) < 0 || rule.alerts().isEmpty()) {
            rule.restored();
            return;
        }
        String selector =
                "ALERTS_FOR_STATE{alertname=" + GoText.quote(rule.spec().name()) + "}";
        Map<Labels, Stored> stored = stored(selector, now);
        var aliveAt = new HashMap<Long, Set<Labels>>();
        for (ActiveAlert alert : rule.alerts()) {
            Stored last = stored.get(alert.labels());
            if (last != null
                    && aliveAt.computeIfAbsent(last.atMs(), at -> alive(selector, at, now))
                            .contains(alert.labels())) {
                alert.restoreActiveAt(activeAt(last, hold, gracePeriod, now));
            }
        }
        rule.restored();
    }

    private static Instant activeAt(Stored stored, Duration hold, Duration gracePeriod, Instant now) {
        Instant downAt = Instant.ofEpochSecond(Math.floorDiv(stored.atMs(), 1000L));
        Instant activeAt = Instant.ofEpochSecond((long) stored.activeAtSeconds());
        Duration remaining = hold.minus(Duration.between(activeAt, downAt));
        if (!remaining.isPositive()) {
            // It was firing, and will be again if the next evaluation says so.
            return activeAt;
        }
        return remaining.compareTo(gracePeriod) < 0
                ? now.plus(gracePeriod).minus(hold)
                : activeAt.plus(Duration.between(downAt, now));
    }

    private Map<Labels, Stored> stored(String selector, Instant now) {
        var stored = new HashMap<Labels, Stored>();
        String range = selector + "[" + Math.max(1, outageTolerance.toMillis()) + "ms]";
        if (evaluator.instant(range, now.toEpochMilli()).value() instanceof QueryResult.Matrix matrix) {
            for (QueryResult.Series series : matrix.series()) {
                int last = series.times().length - 1;
                if (last >= 0) {
                    stored.put(
                            series.labels().without(Labels.METRIC_NAME),
                            new Stored(series.times()[last], series.values()[last]));
                }
            }
        }
        return stored;
    }

    private Set<Labels> alive(String selector, long lastMs, Instant now) {
        long atMs = Math.max(lastMs, Math.min(now.toEpochMilli(), lastMs + lookback.toMillis() - 1));
        return Optional.of(evaluator.instant(selector, atMs).value())
                .filter(QueryResult.Vector.class::isInstance)
                .map(QueryResult.Vector.class::cast)
                .map(vector -> {
                    var labels = new HashSet<Labels>();
                    vector.elements().forEach(e -> labels.add(e.labels().without(Labels.METRIC_NAME)));
                    return labels;
                })
                .orElseGet(HashSet::new);
    }
}
