package io.pharos.notifier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.pharos.notifier.receiver.FailureReason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

    private final MeterRegistry registry;
    private final boolean receiverNames;
    private final Map<List<String>, Kind> kinds = new ConcurrentHashMap<>();

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

    /// @param receiverNames whether each receiver is counted by itself, with the label `receiver_name`
    CourierMeters(MeterRegistry registry, boolean receiverNames) {
        this.registry = registry;
        this.receiverNames = receiverNames;
        if (!receiverNames) {
            KINDS.forEach(kind -> of(kind, ""));
        }
    }

    /// The meters of a kind of integration, in a receiver where those are told apart.
    Kind of(String kind, String receiver) {
        return kinds.computeIfAbsent(List.of(kind, receiverNames ? receiver : ""), this::register);
    }

    private Kind register(List<String> kindAndReceiver) {
        String kind = kindAndReceiver.getFirst();
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException("bug: no such kind of integration: " + kind);
        }
        Tags tags = Tags.of("integration", kind);
        if (receiverNames) {
            tags = tags.and("receiver_name", kindAndReceiver.getLast());
        }
        var failures = new EnumMap<FailureReason, Counter>(FailureReason.class);
        for (FailureReason reason : FailureReason.values()) {
            failures.put(
                    reason,
                    Counter.builder("alertmanager_notifications_failed_total")
                            .description("The total number of failed notifications.")
                            .tags(tags)
                            .tag("reason", reason.text())
                            .register(registry));
        }
        return new Kind(
                Counter.builder("alertmanager_notification_requests_total")
                        .description("The total number of attempted notification requests.")
                        .tags(tags)
                        .register(registry),
                Counter.builder("alertmanager_notification_requests_failed_total")
                        .description("The total number of failed notification requests.")
                        .tags(tags)
                        .register(registry),
                failures,
                Timer.builder("alertmanager_notification_latency_seconds")
                        .description("The latency of notifications in seconds.")
                        .tags(tags)
                        .serviceLevelObjectives(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(20))
                        .register(registry));
    }
}
