package io.pharos.alertmanager.group;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.alertmanager.cluster.Turn;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.InhibitRule;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.alertmanager.mute.TimeIntervals;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.AlertmanagerFeatures;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.Notifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A dispatcher on a clock of its own, and what it told: `1.0 first notification [A firing]`.
final class Simulation {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final ManualWakeups clock;
    final Silences silences;
    final NotificationLog log;
    final List<String> told = new ArrayList<>();
    final Dispatcher dispatcher;
    Function<Notifier.Notification, Notifier.Outcome> answer = n -> new Notifier.Outcome.Delivered(n.receiverData());

    Simulation() {
        this(new ManualWakeups(START), new NotificationLog(Duration.ofHours(120)), Turn.ALONE, 0);
    }

    Simulation(ManualWakeups clock, NotificationLog log, Turn turn, int perNameLimit) {
        this.clock = clock;
        this.log = log;
        var ids = new int[1];
        silences = new Silences(Silences.Limits.NONE, Duration.ofHours(120), () -> "silence-" + ++ids[0]);
        dispatcher = new Dispatcher(
                new Dispatcher.Options(perNameLimit, Instant.EPOCH, "http://am", AlertmanagerFeatures.NONE),
                new Dispatcher.Surroundings(
                        clock,
                        clock,
                        new DirectExecutor(),
                        silences,
                        log,
                        this::deliver,
                        turn,
                        Journal.NONE,
                        (route, labels, alerts) -> Labels.EMPTY,
                        new SimpleMeterRegistry()));
    }

    private Notifier.Outcome deliver(Notifier.Notification n) {
        var alerts = new ArrayList<String>();
        for (Alert alert : n.alerts()) {
            String name = alert.labels().has("i") ? alert.labels().get("i") : alert.name();
            alerts.add(name + (alert.isResolvedAt(n.now()) ? " resolved" : " firing"));
        }
        told.add(seconds() + " " + n.integration() + " " + n.notificationReason() + " " + alerts);
        return answer.apply(n);
    }

    private double seconds() {
        return Duration.between(START, clock.instant()).toMillis() / 1000.0;
    }

    /// What was told since the last call.
    List<String> told() {
        var copy = List.copyOf(told);
        told.clear();
        return copy;
    }

    Simulation at(double seconds) {
        clock.advanceTo(START.plusMillis(Math.round(seconds * 1000)));
        return this;
    }

    Simulation fire(String name, String... labels) {
        return post(name, clock.instant(), Optional.empty(), labels);
    }

    Simulation resolve(String name, String... labels) {
        return post(name, START, Optional.of(clock.instant()), labels);
    }

    Simulation post(String name, Instant starts, Optional<Instant> ends, String... labels) {
        Labels set = Labels.of(labels).with("alertname", name);
        Instant now = clock.instant();
        dispatcher.receive(List.of(new Alert(
                set, Labels.EMPTY, starts, ends.orElse(now.plus(Duration.ofMinutes(5))), now, "", ends.isEmpty())));
        return this;
    }

    String silence(String label, String value, double until) {
        var wanted = new Silence(
                "",
                List.of(AlertMatcher.equal(label, value)),
                clock.instant(),
                START.plusMillis(Math.round(until * 1000)),
                clock.instant(),
                "me",
                "why",
                Map.of());
        return ((Silences.Result.Stored) silences.set(wanted, clock.instant())).id();
    }

    Simulation load(double wait, double interval, double repeat, Dispatching.Integration... integrations) {
        return load(wait, interval, repeat, List.of(), integrations);
    }

    Simulation load(
            double wait,
            double interval,
            double repeat,
            List<InhibitRule> rules,
            Dispatching.Integration... integrations) {
        var receivers = new LinkedHashMap<String, Dispatching.Receiver>();
        receivers.put("team", new Dispatching.Receiver("team", Map.of("name", "team"), List.of(integrations)));
        dispatcher.load(new Dispatching(
                RouteTree.of(route("team", wait, interval, repeat)),
                receivers,
                rules,
                new TimeIntervals(new HashMap<>())));
        return this;
    }

    static RouteTree.Settings route(String receiver, double wait, double interval, double repeat) {
        return new RouteTree.Settings(
                Optional.of(receiver),
                Optional.of(List.of("alertname")),
                Optional.of(Duration.ofMillis((long) (wait * 1000))),
                Optional.of(Duration.ofMillis((long) (interval * 1000))),
                Optional.of(Duration.ofMillis((long) (repeat * 1000))),
                List.of(),
                false,
                List.of(),
                List.of(),
                Map.of(),
                List.of());
    }

    static Dispatching.Integration webhook(boolean sendResolved) {
        return new Dispatching.Integration("webhook", 0, sendResolved);
    }
}
