package io.pharos.alertmanager.group;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.mute.Muting;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertmanagerFeatures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The dispatcher's metrics, under Alertmanager's names.
final class DispatchMeters {
    /// Every kind of integration there is; their counters exist from the start.
    static final List<String> KINDS = List.of(
            "webhook",
            "email",
            "pagerduty",
            "opsgenie",
            "wechat",
            "slack",
            "victorops",
            "pushover",
            "sns",
            "telegram",
            "discord",
            "webex",
            "msteams",
            "msteamsv2",
            "jira",
            "incidentio",
            "rocketchat",
            "mattermost");

    private final MeterRegistry registry;
    private final AlertmanagerFeatures features;
    private final DistributionSummary processing;

    DispatchMeters(MeterRegistry registry, AlertmanagerFeatures features) {
        this.registry = registry;
        this.features = features;
        if (!features.receiverNames()) {
            KINDS.forEach(kind -> notifications(kind, ""));
        }
        if (!features.alertNames()) {
            limited("");
        }
        processing = DistributionSummary.builder("alertmanager_dispatcher_alert_processing_duration_seconds")
                .description("Summary of latencies for the processing of alerts.")
                .register(registry);
        for (String name : List.of("limit_reached", "creation_retries", "creation_given_up")) {
            Counter.builder("alertmanager_dispatcher_aggregation_group_" + name + "_total")
                    .description("Aggregation groups that were not created at once; Pharos has no limit on groups.")
                    .register(registry);
        }
    }

    private Counter notifications(String kind, String receiver) {
        Counter.Builder counter = Counter.builder("alertmanager_notifications_total")
                .description("The total number of attempted notifications.")
                .tag("integration", kind);
        if (features.receiverNames()) {
            counter.tag("receiver_name", receiver);
        }
        return counter.register(registry);
    }

    /// Counts from 0 what is told to this receiver.
    void expect(Dispatching.Receiver receiver) {
        receiver.integrations().forEach(integration -> notifications(integration.kind(), receiver.name()));
    }

    void notification(String kind, String receiver) {
        notifications(kind, receiver).increment();
    }

    /// The gauges of one group's alerts, where groups are counted each.
    List<Meter> group(String key, ToDoubleFunction<Dispatcher.AlertState> count) {
        if (!features.groupKeys()) {
            return List.of();
        }
        var gauges = new ArrayList<Meter>();
        for (Dispatcher.AlertState state : Dispatcher.AlertState.values()) {
            gauges.add(Gauge.builder("alertmanager_alerts", () -> count.applyAsDouble(state))
                    .description("How many alerts by state.")
                    .tag("state", state.text())
                    .tag("group_key", key)
                    .register(registry));
        }
        return gauges;
    }

    void remove(List<Meter> gauges) {
        gauges.forEach(registry::remove);
    }

    /// A reason is counted from its first case on, as by Alertmanager.
    void suppressed(Map<Muting.Reason, Integer> counts) {
        counts.forEach((reason, count) -> {
            if (count > 0) {
                Counter.builder("alertmanager_notifications_suppressed_total")
                        .description("The total number of notifications suppressed for being silenced, inhibited,"
                                + " outside of active time intervals or within muted time intervals.")
                        .tag("reason", reason.text())
                        .register(registry)
                        .increment(count);
            }
        });
    }

    private Counter limited(String alertName) {
        Counter.Builder counter = Counter.builder("alertmanager_alerts_limited_total")
                .description("Total number of alerts that were dropped due to per alert name limit.");
        if (features.alertNames()) {
            counter.tag("alertname", alertName);
        }
        return counter.register(registry);
    }

    void limited(Alert alert) {
        limited(alert.name()).increment();
    }

    void processed(Duration took) {
        processing.record(took.toNanos() / 1e9);
    }
}
