package io.pharos.alertmanager.group;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.cluster.Turn;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Muting;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertmanagerFeatures;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.Notifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Takes alerts, groups them by the configuration in force, and has them told: the driver of the state machines of
/// this package.
///
/// What a configuration shapes (groups, inhibition) is one [Generation], replaced whole by [#load]; alerts,
/// silences, the notification log and the marks of muted groups outlive it. Thread-safe; one lock guards the
/// alerts and the groups, and nothing waits under it.
public final class Dispatcher implements AutoCloseable {
    /// What flags set.
    ///
    /// @param perNameLimit `--alerts.per-alertname-limit`; 0 means any number
    /// @param startAt no group flushes before (`--dispatch.start-delay`)
    public record Options(int perNameLimit, Instant startAt, String externalUrl, AlertmanagerFeatures features) {}

    /// What the dispatcher works with.
    ///
    /// @param flushes runs flushes, one task each; virtual threads in production
    public record Surroundings(
            InstantSource time,
            Wakeups wakeups,
            ExecutorService flushes,
            Silences silences,
            NotificationLog log,
            Notifier notifier,
            Turn turn,
            Journal journal,
            RouteLabels routeLabels,
            MeterRegistry meters) {}

    private final Options options;
    private final Surroundings around;
    private final DispatchMeters meters;
    private final ReentrantLock lock = new ReentrantLock();
    private final AlertTable alerts;
    private final Map<Long, Alert> remembered = new LinkedHashMap<>();
    private final Map<String, List<String>> mutedGroups = new HashMap<>();
    private @Nullable Generation generation;
    private boolean closed;

    public Dispatcher(Options options, Surroundings around) {
        this.options = options;
        this.around = around;
        this.alerts = new AlertTable(options.perNameLimit());
        this.meters = new DispatchMeters(around.meters(), options.features());
        Gauge.builder("alertmanager_alerts_per_alert_limit", options, Options::perNameLimit)
                .description("Current limit on number of alerts per alert name")
                .register(around.meters());
        for (AlertState state : AlertState.values()) {
            if (options.features().groupKeys()) {
                break;
            }
            Gauge.builder("alertmanager_alerts", this, dispatcher -> dispatcher.count(state))
                    .description("How many alerts by state.")
                    .tag("state", state.text())
                    .register(around.meters());
        }
        Gauge.builder("alertmanager_dispatcher_aggregation_groups", this, Dispatcher::groupCount)
                .description("Number of active aggregation groups")
                .register(around.meters());
        Gauge.builder("alertmanager_inhibition_rules", this, Dispatcher::ruleCount)
                .description("Number of configured inhibition rules.")
                .register(around.meters());
    }

    /// How an alert stands for metrics; a later constant is the stronger one.
    enum AlertState {
        UNPROCESSED("unprocessed"),
        ACTIVE("active"),
        SUPPRESSED("suppressed");

        private final String text;

        AlertState(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /// Puts a configuration into force: deliveries under way are cancelled, every alert is grouped anew with fresh
    /// timers, and the notification log keeps what was told from being told again.
    public void load(Dispatching config) {
        Generation old = locked(() -> {
            Generation former = generation;
            generation = null;
            return former;
        });
        if (old != null) {
            old.stop();
        }
        run(() -> {
            if (closed) {
                return;
            }
            config.receivers().values().forEach(meters::expect);
            Instant now = around.time().instant();
            var telling = new Telling(
                    around.log(),
                    around.notifier(),
                    around.turn(),
                    around.wakeups(),
                    around.time(),
                    around.journal(),
                    meters,
                    options.externalUrl());
            var fresh = new Generation(config, options.startAt(), around, telling, meters, lock, mutedGroups);
            // Sources first, so that no target escapes while the groups are filled.
            remembered.values().forEach(fresh.inhibitor()::observe);
            alerts.all().forEach(alert -> fresh.inhibitor().observe(alert.alert()));
            alerts.all().forEach(alert -> fresh.insert(alert, now));
            generation = fresh;
        });
    }

    /// Takes reports of alerts that are valid (see the API's checks).
    ///
    /// @return how many were dropped because their name's limit is reached
    public int receive(List<Alert> reports) {
        Instant began = around.time().instant();
        int dropped = locked(() -> {
            Instant now = around.time().instant();
            var changed = new LinkedHashSet<KnownAlert>();
            var moved = new ArrayList<KnownAlert>(reports.size());
            var events = new ArrayList<Journal.Event>();
            int refused = 0;
            for (Alert report : reports) {
                long fingerprint = report.fingerprint();
                KnownAlert known = alerts.find(fingerprint);
                // Remembered from before a stop: taken with the report's own times, as one that was forgotten.
                boolean again = known == null && remembered.containsKey(fingerprint);
                boolean wasFiring = again || known != null && !known.isResolvedAt(now);
                if (!alerts.admits(report, fingerprint, now)) {
                    refused++;
                    meters.limited(report);
                    continue;
                }
                remembered.remove(fingerprint);
                boolean isNew = known == null && !again;
                if (known == null) {
                    known = alerts.add(report);
                    changed.add(known);
                } else if (known.become(AlertMerge.receive(known.alert(), report))) {
                    changed.add(known);
                } else {
                    moved.add(known);
                }
                boolean firing = !known.isResolvedAt(now);
                if (firing != wasFiring || isNew) {
                    events.add(new Journal.Event(fingerprint, now, firing ? "firing" : "resolved", ""));
                }
                offer(known, now);
            }
            around.journal()
                    .alerts(
                            changed.stream().map(KnownAlert::alert).toList(),
                            moved.stream().map(Dispatcher::moved).toList(),
                            events);
            return refused;
        });
        meters.processed(Duration.between(began, around.time().instant()));
        return dropped;
    }

    private static Journal.Moved moved(KnownAlert alert) {
        return new Journal.Moved(alert.fingerprint(), alert.endsAt(), alert.updatedAt(), alert.timedOut());
    }

    private void offer(KnownAlert alert, Instant now) {
        if (generation != null) {
            if (generation.inhibitor().ruleCount() > 0) {
                generation.inhibitor().observe(alert.alert());
            }
            generation.insert(alert, now);
        }
    }

    /// Puts back alerts that were known when the process died, as if they had just been received. To be called
    /// before the first [#load].
    public void restore(List<Alert> known) {
        run(() -> {
            Instant now = around.time().instant();
            for (Alert alert : known) {
                if (alerts.admits(alert, alert.fingerprint(), now)) {
                    alerts.add(alert);
                }
            }
        });
    }

    /// Alerts that fired when the process was stopped in good order. They are not shown and not told, as they
    /// would not be after a restart of Alertmanager; but until they end they inhibit, and where nobody reports
    /// them again by then, it is told that they are resolved.
    public void remember(List<Alert> known) {
        run(() -> {
            for (Alert alert : known) {
                remembered.put(alert.fingerprint(), alert);
                around.wakeups().at(alert.endsAt(), () -> around.flushes().execute(() -> ended(alert.fingerprint())));
            }
        });
    }

    private void ended(long fingerprint) {
        run(() -> {
            Instant now = around.time().instant();
            Alert alert = remembered.get(fingerprint);
            if (alert != null && alert.isResolvedAt(now)) {
                remembered.remove(fingerprint);
                if (alerts.find(fingerprint) == null && alerts.admits(alert, fingerprint, now)) {
                    offer(alerts.add(alert), now);
                }
                around.journal()
                        .alerts(
                                List.of(alert),
                                List.of(),
                                List.of(new Journal.Event(fingerprint, now, "resolved", "")));
            }
        });
    }

    /// Forgets what is resolved.
    public void collect() {
        run(() -> {
            Instant now = around.time().instant();
            List<Alert> gone = alerts.collect(now);
            around.journal().forgotten(gone);
            if (generation != null) {
                generation.inhibitor().collect(now);
            }
        });
    }

    /// Every alert known, resolved ones included.
    public List<Alert> alerts() {
        return locked(() -> alerts.all().stream().map(KnownAlert::alert).toList());
    }

    /// The groups as they are, in no order.
    public List<GroupView> groups() {
        return locked(() -> generation == null ? List.of() : generation.views());
    }

    /// The labels that a group's route adds, rendered for the group as it is.
    public Labels routeLabels(GroupView group) {
        return group.route().labels().isEmpty()
                ? Labels.EMPTY
                : around.routeLabels().render(group.route(), group.labels(), group.alerts());
    }

    /// The configuration in force; empty before the first [#load].
    public Optional<Dispatching> config() {
        return locked(() -> Optional.ofNullable(generation).map(Generation::config));
    }

    /// What would suppress an alert now.
    public Optional<Muting> muting() {
        return locked(() -> Optional.ofNullable(generation).map(Generation::muting));
    }

    private double count(AlertState state) {
        return locked(() -> generation == null
                ? 0
                : (int) generation.states(around.time().instant()).values().stream()
                        .filter(found -> found == state)
                        .count());
    }

    private double groupCount() {
        return locked(() -> generation == null ? 0 : generation.size());
    }

    private double ruleCount() {
        return locked(() -> generation == null ? 0 : generation.inhibitor().ruleCount());
    }

    /// Stops telling; deliveries under way are cancelled. Alerts are neither flushed nor forgotten.
    @Override
    public void close() {
        Generation old = locked(() -> {
            closed = true;
            Generation former = generation;
            generation = null;
            return former;
        });
        if (old != null) {
            old.stop();
        }
    }

    private void run(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
