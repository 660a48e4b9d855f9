package io.pharos.alertmanager.api;

import io.pharos.alertmanager.cluster.ClusterView;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v2/status`.
final class StatusHandler {
    private final Supplier<ClusterView> cluster;
    private final Supplier<String> config;
    private final Map<String, String> version;
    private final Instant started;

    /// @param config the configuration in force, as YAML with defaults filled in and secrets hidden
    /// @param version `version`, `revision`, `branch`, `buildUser`, `buildDate`, `goVersion`
    StatusHandler(
            Supplier<ClusterView> cluster, Supplier<String> config, Map<String, String> version, Instant started) {
        this.cluster = cluster;
        this.config = config;
        this.version = Collections.unmodifiableMap(new LinkedHashMap<>(version));
        this.started = started;
    }

    Answer get() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ClusterView view = cluster.get();
        ObjectNode members = node.putObject("cluster");
        view.name().ifPresent(name -> members.put("name", name));
        ArrayNode peers = members.putArray("peers");
        view.peers()
                .forEach(
                        peer -> peers.addObject().put("address", peer.address()).put("name", peer.name()));
        members.put("status", view.status());
        node.putObject("config").put("original", config.get());
        node.put("uptime", ApiTimes.print(started));
        ObjectNode info = node.putObject("versionInfo");
        version.forEach(info::put);
        return Answer.ok(node);
    }
}
