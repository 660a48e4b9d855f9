package io.pharos.model.config;

/// One way to find targets; each is its own record, so that equal ones run once.
public sealed interface DiscoveryConfig
        permits StaticConfig,
                FileDiscovery,
                HttpDiscovery,
                DnsDiscovery,
                KubernetesDiscovery,
                ConsulDiscovery,
                Ec2Discovery {
    /// The mechanism's name in metrics and flags: `static`, `file`, `kubernetes`…
    String mechanism();

    /// The key of its list: `file_sd_configs`.
    default String key() {
        return mechanism() + "_sd_configs";
    }
}
