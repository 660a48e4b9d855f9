package io.pharos.alertmanager.group;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.mute.Muting;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
    private final Map<Muting.Reason, Counter> suppressed = new EnumMap<>(Muting.Reason.class);
    private final Counter limited;
    private final DistributionSummary processing;

    DispatchMeters(MeterRegistry registry) {
        this.registry = registry;
        KINDS.forEach(this::notifications);
        for (Muting.Reason reason : Muting.Reason.values()) {
            suppressed.put(
                    reason,
                    Counter.builder("alertmanager_notifications_suppressed_total")
                            .description("The total number of notifications suppressed for being silenced, inhibited,"
                                    + " outside of active time intervals or within muted time intervals.")
                            .tag("reason", reason.text())
                            .register(registry));
        }
        limited = Counter.builder("alertmanager_alerts_limited_total")
                .description("Total number of alerts that were dropped due to per alert name limit.")
                .register(registry);
        processing = DistributionSummary.builder("alertmanager_dispatcher_alert_processing_duration_seconds")
                .description("Summary of latencies for the processing of alerts.")
                .register(registry);
        for (String name : List.of("limit_reached", "creation_retries", "creation_given_up")) {
            Counter.builder("alertmanager_dispatcher_aggregation_group_" + name + "_total")
                    .description("Aggregation groups that were not created at once; Pharos has no limit on groups.")
                    .register(registry);
        }
    }

    private Counter notifications(String kind) {
        return Counter.builder("alertmanager_notifications_total")
                .description("The total number of attempted notifications.")
                .tag("integration", kind)
                .register(registry);
    }

    void notification(String kind) {
        notifications(kind).increment();
    }

    void suppressed(Map<Muting.Reason, Integer> counts) {
        suppressed.forEach((reason, counter) -> counter.increment(counts.getOrDefault(reason, 0)));
    }

    void limited() {
        limited.increment();
    }

    void processed(Duration took) {
        processing.record(took.toNanos() / 1e9);
    }
}
