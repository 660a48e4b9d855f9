package io.pharos.alertmanager;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.cluster.Replication;
import io.pharos.alertmanager.group.Dispatcher;
import io.pharos.alertmanager.group.Dispatching;
import io.pharos.alertmanager.group.Journal;
import io.pharos.alertmanager.group.Wakeups;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.alertmanager.store.StateStore;
import io.pharos.model.alert.Alert;
import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.port.AlertSink;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.Notifier;
import io.pharos.runtime.reload.Reloadable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service: what lives as long as the process (alerts, silences, the notification log, their store, the
/// replicas), and the dispatcher that each configuration shapes anew. Thread-safe.
public final class Alertmanager implements AlertSink, Reloadable<AlertmanagerConfig>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alertmanager.class);

    /// What it works with; closed by the one who made it.
    record Surroundings(
            InstantSource time, Wakeups wakeups, ExecutorService threads, Notifier notifier, MeterRegistry meters) {}

    private final AlertmanagerSettings settings;
    private final Surroundings around;
    private final StateStore store;
    private final Silences silences;
    private final NotificationLog log;
    private final Replication replication;
    private final Dispatcher dispatcher;
    private final ServiceMeters meters;
    private volatile Duration resolveTimeout = Duration.ofMinutes(5);
    private final TemplatedRouteLabels routeLabels;
    private volatile String configText = "";
    private volatile boolean closed;

    Alertmanager(AlertmanagerSettings settings, Surroundings around, Replication.Start cluster) {
        this.settings = settings;
        this.around = around;
        this.routeLabels = new TemplatedRouteLabels(around.time(), settings.externalUrl());
        this.store = StateStore.open(settings.storage());
        this.silences = new Silences(settings.silences(), settings.retention(), () -> UUID.randomUUID()
                .toString());
        this.log = new NotificationLog(settings.retention());
        Instant now = around.time().instant();
        StateStore.Found found = store.found();
        found.silences().forEach(silence -> silences.merge(silence, now));
        found.entries().forEach(entry -> log.merge(entry, now));
        this.replication = cluster.with(
                silences, log, store::silences, store::notified, around.time(), around.wakeups(), around.meters());
        this.dispatcher = new Dispatcher(
                new Dispatcher.Options(
                        settings.perNameLimit(),
                        now.plus(settings.startDelay()),
                        settings.externalUrl(),
                        settings.features()),
                new Dispatcher.Surroundings(
                        around.time(),
                        around.wakeups(),
                        around.threads(),
                        silences,
                        log,
                        around.notifier(),
                        replication,
                        journal(),
                        routeLabels,
                        around.meters()));
        this.meters = new ServiceMeters(around.meters(), around.time(), silences, log, dispatcher, replication, store);
        if (found.orderly()) {
            dispatcher.remember(found.alerts().stream()
                    .filter(alert -> !alert.isResolvedAt(now))
                    .toList());
            store.forgotten(found.alerts().stream()
                    .filter(alert -> alert.isResolvedAt(now))
                    .toList());
        } else {
            LOG.info(
                    "The last process was killed; {} alerts are grouped again",
                    found.alerts().size());
            dispatcher.restore(found.alerts());
        }
        every(settings.maintenanceInterval(), this::maintain);
        every(settings.alertGcInterval(), dispatcher::collect);
    }

    /// The journal that writes to disk and tells the replicas.
    private Journal journal() {
        return new Journal() {
            @Override
            public void alerts(List<Alert> alerts, List<Moved> moved, List<Event> events) {
                meters.taken(alerts.size());
                store.alerts(alerts, moved, events);
            }

            @Override
            public void forgotten(List<Alert> alerts) {
                store.forgotten(alerts);
            }

            @Override
            public void notified(NotificationLog.Entry entry) {
                store.notified(entry);
                if (replication.isEnabled()) {
                    meters.logTold();
                }
                replication.told(entry);
            }

            @Override
            public void delivery(Delivery delivery) {
                store.delivery(delivery);
            }
        };
    }

    private void every(Duration interval, Runnable task) {
        around.wakeups().at(around.time().instant().plus(interval), () -> {
            if (!closed) {
                around.threads().execute(() -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("Maintenance failed", e);
                    }
                    every(interval, task);
                });
            }
        });
    }

    private void maintain() {
        Instant now = around.time().instant();
        try {
            long began = System.nanoTime();
            List<String> ended = silences.collect(now);
            long withSilences = System.nanoTime();
            List<NotificationLog.Key> told = log.collect(now);
            long withLog = System.nanoTime();
            store.forgotten(ended, told);
            store.collectHistory(now.minus(settings.retention()));
            meters.maintained(
                    (withLog - withSilences) / 1e9, (withSilences - began) / 1e9, (System.nanoTime() - withLog) / 1e9);
        } catch (RuntimeException e) {
            meters.maintenanceFailed();
            throw e;
        }
    }

    @Override
    public void send(List<Alert> alerts) {
        Instant now = around.time().instant();
        var reports = new ArrayList<Alert>(alerts.size());
        var problems = new ArrayList<String>();
        for (Alert alert : alerts) {
            boolean endless = alert.endsAt().equals(Instant.EPOCH);
            if (alert.labels().isEmpty()) {
                problems.add("at least one label pair required");
                continue;
            }
            if (!endless && alert.endsAt().isBefore(alert.startsAt())) {
                problems.add("start time must be before end time");
                continue;
            }
            reports.add(new Alert(
                    alert.labels(),
                    alert.annotations(),
                    alert.startsAt(),
                    endless ? now.plus(resolveTimeout) : alert.endsAt(),
                    now,
                    alert.generatorUrl(),
                    endless));
        }
        dispatcher.receive(reports);
        if (!problems.isEmpty()) {
            throw new ApiException(ApiError.BAD_DATA, String.join("\n", problems));
        }
    }

    @Override
    public Runnable prepare(AlertmanagerConfig config) {
        Dispatching dispatching = Setup.of(config);
        Duration timeout = config.global().resolveTimeout();
        String text = ConfigLoader.print(config);
        Runnable labels = routeLabels.prepare(config, dispatching.routes());
        return () -> {
            labels.run();
            configText = text;
            resolveTimeout = timeout;
            dispatcher.load(dispatching);
        };
    }

    /// Keeps changed silences and tells the replicas.
    void changed(List<Silence> changes) {
        if (changes.isEmpty()) {
            return;
        }
        store.silences(changes);
        if (replication.isEnabled()) {
            meters.silencesTold(changes.size());
        }
        replication.changed(changes);
        if (settings.logSilences()) {
            Instant now = around.time().instant();
            for (Silence silence : changes) {
                LOG.info(
                        "Silence {} is {}: {} by {}: {}",
                        silence.id(),
                        silence.stateAt(now).name().toLowerCase(Locale.ROOT),
                        silence.matchers(),
                        silence.createdBy(),
                        silence.comment());
            }
        }
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    Silences silences() {
        return silences;
    }

    StateStore store() {
        return store;
    }

    Replication replication() {
        return replication;
    }

    /// The configuration in force, defaults filled in and secrets hidden.
    String configText() {
        return configText;
    }

    Duration resolveTimeout() {
        return resolveTimeout;
    }

    @Override
    public void close() {
        closed = true;
        dispatcher.close();
        replication.close();
        store.close();
    }
}
