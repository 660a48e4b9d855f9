package io.pharos.rule.send;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.alert.Alert;
import io.pharos.model.config.AlertmanagerTarget;
import io.pharos.model.config.RelabelConfig;
import io.pharos.model.labels.Label;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.relabel.Relabeler;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The alertmanagers of one entry of `alerting.alertmanagers`, as discovery finds them. Thread-safe.
final class AlertmanagerSet {
    private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerSet.class);
    private static final String PATH_LABEL = "__alerts_path__";
    private static final String SCHEME_LABEL = "__scheme__";
    private static final String ADDRESS_LABEL = "__address__";

    private final AlertmanagerTarget config;
    private final HttpSender sender;
    private final QueueLimits limits;
    private final MeterRegistry meters;
    private final Relabeler targetRules;
    private final AlertRelabeling alertRules;
    private volatile Map<String, SendLoop> loops = Map.of();
    private volatile List<String> dropped = List.of();

    /// @throws IllegalArgumentException where certificates can't be read
    AlertmanagerSet(AlertmanagerTarget config, HttpClients clients, QueueLimits limits, MeterRegistry meters) {
        this.config = config;
        this.sender = clients.open("alertmanager", config.http());
        this.limits = limits;
        this.meters = meters;
        this.targetRules = new Relabeler(RelabelConfig.rules(config.relabelConfigs(), false));
        this.alertRules = new AlertRelabeling(
                Labels.EMPTY, new Relabeler(RelabelConfig.rules(config.alertRelabelConfigs(), false)));
    }

    AlertmanagerTarget config() {
        return config;
    }

    void send(List<Alert> alerts) {
        Map<String, SendLoop> current = loops;
        if (!current.isEmpty()) {
            List<Alert> kept = alertRules.apply(alerts);
            current.values().forEach(loop -> loop.add(kept));
        }
    }

    /// Takes over the alertmanagers that there are now; loops of those that stay go on.
    synchronized void onTargets(List<TargetGroup> groups) {
        var next = new LinkedHashMap<String, SendLoop>();
        var dropping = new ArrayList<String>();
        for (TargetGroup group : groups) {
            for (Labels target : group.targets()) {
                var labels = new LabelsBuilder(target);
                labels.set(SCHEME_LABEL, config.scheme()).set(PATH_LABEL, path(config.pathPrefix()));
                for (Label label : group.shared()) {
                    if (target.get(label.name()).isEmpty()) {
                        labels.set(label.name(), label.value());
                    }
                }
                String before = url(labels);
                if (!targetRules.apply(labels)) {
                    dropping.add(before);
                    continue;
                }
                if (labels.get(ADDRESS_LABEL).isEmpty()
                        || labels.get(ADDRESS_LABEL).indexOf('/') >= 0) {
                    LOG.error("\"{}\" is not a valid address of an alertmanager; left out", labels.get(ADDRESS_LABEL));
                    continue;
                }
                String url = url(labels);
                SendLoop known = loops.get(url);
                next.computeIfAbsent(url, _ -> known == null ? new SendLoop(url, this::post, limits, meters) : known);
            }
        }
        Map<String, SendLoop> old = loops;
        loops = next;
        dropped = List.copyOf(dropping);
        old.forEach((url, loop) -> {
            if (!next.containsKey(url)) {
                loop.stop();
                Thread.ofVirtual().name("alerts-ending").start(() -> join(loop));
            }
        });
    }

    List<String> active() {
        return List.copyOf(loops.keySet());
    }

    List<String> dropped() {
        return dropped;
    }

    /// Ends all loops and waits for them.
    synchronized void close() {
        List<SendLoop> ending = List.copyOf(loops.values());
        loops = Map.of();
        ending.forEach(SendLoop::stop);
        ending.forEach(this::join);
        sender.close();
    }

    private int post(String url, byte[] json) throws IOException, InterruptedException {
        return sender.call(HttpCall.post(url, "application/json", json, config.timeout()))
                .status();
    }

    private void join(SendLoop loop) {
        try {
            loop.join(config.timeout().multipliedBy(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String url(LabelsBuilder labels) {
        return labels.get(SCHEME_LABEL) + "://" + labels.get(ADDRESS_LABEL) + labels.get(PATH_LABEL);
    }

    /// `path.Join("/", prefix, "/api/v2/alerts")` of Go.
    private static String path(String prefix) {
        return ("/" + prefix + "/api/v2/alerts").replaceAll("/{2,}", "/");
    }
}
