package io.pharos.notifier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.alert.Alert;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.Notifier;
import io.pharos.runtime.http.HttpClients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// A courier with driven time, real HTTP and the receiver that a test configures.
public final class Deliveries implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
    private static final AtomicInteger IDS = new AtomicInteger();

    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final List<Duration> waits = new ArrayList<>();
    private final Courier courier;
    private Instant now = NOW;

    /// @param receiver the entries of the receiver `team`, as YAML
    public Deliveries(String receiver) {
        this("", receiver);
    }

    public Deliveries(String top, String receiver) {
        InstantSource time = () -> now;
        courier = new Courier(
                (name, http) -> NotifierConfiguration.open(new HttpClients("Alertmanager/0.34.0", time), name, http),
                time,
                this::wait,
                new Random(1),
                new CourierMeters(registry, false),
                _ -> {});
        load(top, receiver);
    }

    private void wait(Duration duration) {
        waits.add(duration);
        now = now.plus(duration);
    }

    public void load(String top, String receiver) {
        String yaml = top + "\nroute: {receiver: team}\nreceivers:\n- name: team\n" + receiver.indent(2);
        courier.prepare(new ConfigLoader().alertmanagerText(yaml).config()).run();
    }

    public Notifier courier() {
        return courier;
    }

    public Notifier.Outcome deliver(String integration, Alert... alerts) {
        return courier.deliver(notification(integration, Map.of(), alerts));
    }

    public Notifier.Notification notification(String integration, Map<String, String> data, Alert... alerts) {
        return new Notifier.Notification(
                "id" + IDS.incrementAndGet(),
                now.plusSeconds(20),
                "team",
                integration,
                0,
                "{}:{alertname=\"Down\"}",
                Labels.of("alertname", "Down"),
                Labels.of("owner", "db"),
                List.of(alerts),
                0,
                "http://am.example:9093",
                now,
                "first notification",
                data);
    }

    public static Alert firing(String instance) {
        return alert(instance, Instant.EPOCH);
    }

    public static Alert resolved(String instance) {
        return alert(instance, NOW.minusSeconds(5));
    }

    private static Alert alert(String instance, Instant endsAt) {
        return new Alert(
                Labels.of("alertname", "Down", "instance", instance, "severity", "page"),
                Labels.of("summary", "it's <down>"),
                NOW.minusSeconds(60),
                endsAt,
                NOW.minusSeconds(10),
                "http://prom/graph",
                false);
    }

    public double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    @Override
    public void close() {
        courier.close();
    }
}
