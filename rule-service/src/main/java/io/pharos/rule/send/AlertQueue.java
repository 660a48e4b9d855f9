package io.pharos.rule.send;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.Discovery;
import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetSource;
import io.pharos.model.alert.Alert;
import io.pharos.model.config.AlertmanagerTarget;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.config.RelabelConfig;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.AlertSink;
import io.pharos.model.relabel.Relabeler;
import io.pharos.runtime.http.HttpClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes alerts from rules and sends them to every alertmanager configured; where none is, to the one in this
/// process, if there is one. Thread-safe; [#send] does not wait for the network.
public final class AlertQueue implements AutoCloseable {
    /// What a configuration says of sending, with the sources of each entry of `alertmanagers` in their order.
    public record Sending(
            PrometheusConfig.AlertingConfig alerting, Labels externalLabels, List<List<TargetSource>> sources) {}

    private final HttpClients clients;
    private final QueueLimits limits;
    private final Optional<AlertSink> local;
    private final MeterRegistry meters;
    private final Discovery discovery;
    private volatile AlertRelabeling relabeling = new AlertRelabeling(Labels.EMPTY, Relabeler.NONE);
    private volatile Map<String, AlertmanagerSet> sets = Map.of();

    /// @param local the alertmanager in this process
    public AlertQueue(
            HttpClients clients,
            QueueLimits limits,
            Optional<AlertSink> local,
            Duration debounce,
            MeterRegistry meters) {
        this.clients = clients;
        this.limits = limits;
        this.local = local;
        this.meters = meters;
        this.discovery = Discovery.start("notify", debounce, this::onTargets, meters);
        Gauge.builder(
                        "prometheus_notifications_alertmanagers_discovered",
                        () -> alertmanagers().active().size())
                .description("The number of alertmanagers discovered and active.")
                .register(meters);
    }

    /// Builds what a configuration asks for; the answer puts it into force and does not fail. Entries that did
    /// not change keep their alertmanagers and queues.
    ///
    /// @throws IllegalArgumentException where certificates can't be read
    public synchronized Runnable prepare(Sending sending) {
        var nextRelabeling = new AlertRelabeling(
                sending.externalLabels(),
                new Relabeler(RelabelConfig.rules(sending.alerting().alertRelabelConfigs(), false)));
        var old = new HashMap<>(sets);
        var next = new LinkedHashMap<String, AlertmanagerSet>();
        var pools = new LinkedHashMap<String, List<TargetSource>>();
        List<AlertmanagerTarget> configs = sending.alerting().alertmanagers();
        for (int i = 0; i < configs.size(); i++) {
            AlertmanagerTarget config = configs.get(i);
            String pool = "config-" + i;
            AlertmanagerSet known = old.get(pool);
            if (known != null && known.config().equals(config)) {
                old.remove(pool);
                next.put(pool, known);
            } else {
                next.put(pool, new AlertmanagerSet(config, clients, limits, meters));
            }
            pools.put(pool, sending.sources().get(i));
        }
        return () -> apply(nextRelabeling, next, pools, List.copyOf(old.values()));
    }

    private synchronized void apply(
            AlertRelabeling nextRelabeling,
            Map<String, AlertmanagerSet> next,
            Map<String, List<TargetSource>> pools,
            List<AlertmanagerSet> ending) {
        relabeling = nextRelabeling;
        sets = next;
        discovery.apply(pools);
        ending.forEach(set -> Thread.ofVirtual().name("alertmanagers-ending").start(set::close));
    }

    /// Takes alerts over: relabels and queues them.
    public void send(List<Alert> alerts) {
        List<Alert> kept = relabeling.apply(alerts);
        if (kept.isEmpty()) {
            return;
        }
        Map<String, AlertmanagerSet> current = sets;
        if (current.isEmpty()) {
            local.ifPresent(sink -> sink.send(kept));
        }
        current.values().forEach(set -> set.send(kept));
    }

    /// The alertmanagers that alerts go to over the network.
    public Alertmanagers alertmanagers() {
        var active = new ArrayList<String>();
        var dropped = new ArrayList<String>();
        sets.values().forEach(set -> {
            active.addAll(set.active());
            dropped.addAll(set.dropped());
        });
        return new Alertmanagers(active, dropped);
    }

    /// Stops; what waits is sent first where draining is on.
    @Override
    public synchronized void close() {
        discovery.close();
        sets.values().forEach(AlertmanagerSet::close);
        sets = Map.of();
    }

    private void onTargets(String pool, List<TargetGroup> groups) {
        AlertmanagerSet set = sets.get(pool);
        if (set != null) {
            set.onTargets(groups);
        }
    }
}
