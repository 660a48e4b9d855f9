package io.pharos.rule.group;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.port.QueryResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `alert:`: the alerts that its results make, and their states. Not thread-safe.
final class AlertingRule {
    private static final String ALERT_NAME = "alertname";

    private final RuleSpec.Alerting spec;
    private final Labels specLabels;
    private final Map<Labels, ActiveAlert> active = new LinkedHashMap<>();
    private boolean restored;

    /// @param restored whether states are not to be read back first; until they are, no `ALERTS` series are
    ///     written
    AlertingRule(RuleSpec.Alerting spec, boolean restored) {
        this.spec = spec;
        this.specLabels = Labels.of(spec.labels());
        this.restored = restored;
    }

    RuleSpec.Alerting spec() {
        return spec;
    }

    /// Takes over the alerts of the rule that this one replaces.
    void takeOver(AlertingRule from) {
        active.putAll(from.active);
    }

    /// Advances the alerts by one evaluation.
    ///
    /// @param now the time of the evaluation
    RuleOutcome outcome(List<QueryResult.Element> elements, Instant now, int limit, AlertTexts texts) {
        var found = new LinkedHashMap<Labels, ActiveAlert>();
        for (QueryResult.Element element : elements) {
            ActiveAlert alert = alertOf(element, now, texts);
            if (found.putIfAbsent(alert.labels(), alert) != null) {
                return new RuleOutcome.Failed(
                        "vector contains metrics with the same labelset after applying alert labels");
            }
        }
        found.forEach((labels, alert) -> {
            ActiveAlert known = active.get(labels);
            if (known != null && known.isActive()) {
                known.seen(alert.annotations(), alert.status().value());
            } else {
                active.put(labels, alert);
            }
        });
        var samples = new ArrayList<RuleSample>();
        int count = 0;
        for (Iterator<ActiveAlert> alerts = active.values().iterator(); alerts.hasNext(); ) {
            ActiveAlert alert = alerts.next();
            if (!found.containsKey(alert.labels())) {
                if (!alert.missed(now, spec.keepFiring())) {
                    alerts.remove();
                    continue;
                }
                if (!alert.isActive()) {
                    continue;
                }
            }
            count++;
            alert.age(now, spec.hold());
            if (restored) {
                samples.add(new RuleSample(series("ALERTS", alert, alert.state().text()), 1, null));
                samples.add(new RuleSample(
                        series("ALERTS_FOR_STATE", alert, ""), alert.activeAt().getEpochSecond(), null));
            }
        }
        if (limit > 0 && count > limit) {
            active.clear();
            return new RuleOutcome.Failed("exceeded limit of " + limit + " with " + count + " alerts");
        }
        return new RuleOutcome.Samples(samples);
    }

    /// The alerts that somebody should hear of now; they count as told.
    ///
    /// @param interval of the group
    List<Alert> toSend(Instant now, Duration resendDelay, Duration interval, String externalUrl) {
        Duration delta = interval.compareTo(resendDelay) > 0 ? interval : resendDelay;
        // Four times, so that two evaluations or sendings may fail before an alert counts as over.
        Instant validUntil = now.plus(delta.multipliedBy(4));
        var alerts = new ArrayList<Alert>();
        for (ActiveAlert alert : active.values()) {
            if (alert.takeTurn(now, resendDelay)) {
                alerts.add(new Alert(
                        alert.labels(),
                        Labels.of(alert.annotations()),
                        alert.firedAt(),
                        alert.resolvedAt().orElse(validUntil),
                        now,
                        externalUrl + "/graph?g0.expr=" + queryEscape(spec.query()) + "&g0.tab=1",
                        false));
            }
        }
        return alerts;
    }

    boolean isRestored() {
        return restored;
    }

    void restored() {
        restored = true;
    }

    Collection<ActiveAlert> alerts() {
        return Collections.unmodifiableCollection(active.values());
    }

    AlertState state() {
        AlertState gravest = AlertState.INACTIVE;
        for (ActiveAlert alert : active.values()) {
            gravest = alert.state().compareTo(gravest) > 0 ? alert.state() : gravest;
        }
        return gravest;
    }

    List<GroupStatus.AlertStatus> status() {
        return active.values().stream()
                .filter(ActiveAlert::isActive)
                .map(ActiveAlert::status)
                .toList();
    }

    private ActiveAlert alertOf(QueryResult.Element element, Instant now, AlertTexts texts) {
        var labels = new LabelsBuilder(element.labels()).remove(Labels.METRIC_NAME);
        spec.labels().forEach((name, text) -> labels.set(name, texts.expand(spec.name(), text, element, now)));
        labels.set(ALERT_NAME, spec.name());
        var annotations = new TreeMap<String, String>();
        spec.annotations()
                .forEach((name, text) -> annotations.put(name, texts.expand(spec.name(), text, element, now)));
        return new ActiveAlert(labels.build(), Collections.unmodifiableMap(annotations), element.value(), now);
    }

    /// The rule's own labels stand below the alert's: one whose template expanded to nothing shows as its
    /// template, as in Prometheus.
    private Labels series(String metric, ActiveAlert alert, String state) {
        var labels = new LabelsBuilder(specLabels);
        for (Label label : alert.labels()) {
            labels.set(label.name(), label.value());
        }
        labels.set(Labels.METRIC_NAME, metric).set(ALERT_NAME, spec.name());
        if (!state.isEmpty()) {
            labels.set("alertstate", state);
        }
        return labels.build();
    }

    /// `url.QueryEscape` of Go.
    private static String queryEscape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
