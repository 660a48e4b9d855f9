package io.pharos.model.config;

import java.time.Duration;
import java.util.List;

/// One entry of `alerting.alertmanagers`: where alerts are sent.
public record AlertmanagerTarget(
        @Key(inline = true) HttpConfig http,
        @Key(or = "http") String scheme,
        String pathPrefix,
        @Key(or = "10s") Duration timeout,
        @Key(or = "v2") String apiVersion,

        @Key(nullItem = "empty or null Alertmanager target relabeling rule")
        List<RelabelConfig> relabelConfigs,

        @Key(nullItem = "empty or null Alertmanager alert relabeling rule")
        List<RelabelConfig> alertRelabelConfigs,

        @Key(inline = true) List<DiscoveryConfig> discovery) {
    public AlertmanagerTarget {
        if (!apiVersion.equals("v2")) {
            throw new BadField(
                    "api_version", "expected Alertmanager api version to be one of [v2] but got " + apiVersion);
        }
        if (relabelConfigs.isEmpty()) {
            StaticConfig.checkAddresses(discovery);
        }
    }
}
