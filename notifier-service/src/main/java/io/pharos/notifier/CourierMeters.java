package io.pharos.notifier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pharos.notifier.receiver.FailureReason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The courier's metrics, under Alertmanager's names. `alertmanager_notifications_total` is the dispatcher's, who
/// counts also what needs no delivery.
final class CourierMeters {
    private static final List<String> KINDS = List.of(
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

    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    /// The meters of one kind of integration.
    record Kind(Counter requests, Counter failedRequests, Map<FailureReason, Counter> failures, Timer latency) {
        void attempted(Duration took, boolean failed) {
            requests.increment();
            latency.record(took);
            if (failed) {
                failedRequests.increment();
            }
        }

        void failed(FailureReason reason) {
            Counter counter = failures.get(reason);
            if (counter != null) {
                counter.increment();
            }
        }
    }

    CourierMeters(MeterRegistry registry) {
        for (String kind : KINDS) {
            var failures = new LinkedHashMap<FailureReason, Counter>();
            for (FailureReason reason : FailureReason.values()) {
                failures.put(
                        reason,
                        Counter.builder("alertmanager_notifications_failed_total")
                                .description("The total number of failed notifications.")
                                .tag("integration", kind)
                                .tag("reason", reason.text())
                                .register(registry));
            }
            kinds.put(
                    kind,
                    new Kind(
                            Counter.builder("alertmanager_notification_requests_total")
                                    .description("The total number of attempted notification requests.")
                                    .tag("integration", kind)
                                    .register(registry),
                            Counter.builder("alertmanager_notification_requests_failed_total")
                                    .description("The total number of failed notification requests.")
                                    .tag("integration", kind)
                                    .register(registry),
                            failures,
                            Timer.builder("alertmanager_notification_latency_seconds")
                                    .description("The latency of notifications in seconds.")
                                    .tag("integration", kind)
                                    .serviceLevelObjectives(
                                            Duration.ofSeconds(1),
                                            Duration.ofSeconds(5),
                                            Duration.ofSeconds(10),
                                            Duration.ofSeconds(15),
                                            Duration.ofSeconds(20))
                                    .register(registry)));
        }
    }

    Kind of(String kind) {
        Kind known = kinds.get(kind);
        if (known == null) {
            throw new IllegalArgumentException("bug: no such kind of integration: " + kind);
        }
        return known;
    }
}
