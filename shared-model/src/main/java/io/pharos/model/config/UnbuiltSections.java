package io.pharos.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;

/// Sections of Prometheus 3.14 and Alertmanager 0.34 that Pharos knows by name and has not built: the one list.
/// Refused, or skipped with a warning where `--pharos.skip-unsupported` asks for that. Whoever builds one takes it
/// from here.
final class UnbuiltSections {
    private static final Set<String> DISCOVERY = Set.of(
            "aws_sd_configs",
            "azure_sd_configs",
            "digitalocean_sd_configs",
            "docker_sd_configs",
            "dockerswarm_sd_configs",
            "eureka_sd_configs",
            "gce_sd_configs",
            "hetzner_sd_configs",
            "ionos_sd_configs",
            "kuma_sd_configs",
            "lightsail_sd_configs",
            "linode_sd_configs",
            "marathon_sd_configs",
            "nerve_sd_configs",
            "nomad_sd_configs",
            "oci_sd_configs",
            "openstack_sd_configs",
            "outscale_sd_configs",
            "ovhcloud_sd_configs",
            "puppetdb_sd_configs",
            "scaleway_sd_configs",
            "serverset_sd_configs",
            "stackit_sd_configs",
            "triton_sd_configs",
            "uyuni_sd_configs",
            "vultr_sd_configs");

    /// By record: keys that are known and not built.
    private static final Map<Class<?>, Set<String>> SECTIONS = Map.of(
            ScrapeConfig.class, DISCOVERY,
            AlertmanagerTarget.class, union(DISCOVERY, "sigv4"),
            PrometheusConfig.class, Set.of("tracing"),
            RemoteWriteConfig.class, Set.of("sigv4", "azuread", "google_iam"),
            AlertmanagerConfig.class, Set.of("tracing", "event_recorder"));

    /// Top-level sections of `prometheus.yml` that are read and checked, and that nothing puts to use.
    static final List<String> READ_ONLY = List.of("remote_write", "remote_read");

    private final boolean skip;
    private final List<String> skipped = new ArrayList<>();

    UnbuiltSections(boolean skip) {
        this.skip = skip;
    }

    private static Set<String> union(Set<String> some, String other) {
        var all = new java.util.HashSet<>(some);
        all.add(other);
        return Set.copyOf(all);
    }

    /// Sections left out, as `prometheus.yml:7:3: azure_sd_configs`.
    List<String> skipped() {
        return List.copyOf(skipped);
    }

    /// Whether the key may stand there: known, and either empty or to be skipped. Fails where it is to be refused.
    boolean accepts(Class<?> type, String key, boolean empty, String file, Node at) {
        if (!SECTIONS.getOrDefault(type, Set.of()).contains(key)) {
            return false;
        }
        if (!empty) {
            refuse(key, file, at);
        }
        return true;
    }

    /// Fails, or notes the section where it is to be skipped.
    void refuse(String key, String file, Node at) {
        int line = at.getStartMark().getLine() + 1;
        int column = at.getStartMark().getColumn() + 1;
        if (!skip) {
            throw new ConfigException(
                    file, line, column, key + " is not built yet; remove it, or start with --pharos.skip-unsupported");
        }
        skipped.add(file + ":" + line + ":" + column + ": " + key);
    }
}
