package io.pharos.discovery;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.consul.ConsulSource;
import io.pharos.discovery.dns.DnsSource;
import io.pharos.discovery.ec2.Ec2Source;
import io.pharos.discovery.file.FileSource;
import io.pharos.discovery.http.HttpSource;
import io.pharos.discovery.kubernetes.KubernetesSource;
import io.pharos.model.config.ConsulDiscovery;
import io.pharos.model.config.DiscoveryConfig;
import io.pharos.model.config.DnsDiscovery;
import io.pharos.model.config.Ec2Discovery;
import io.pharos.model.config.FileDiscovery;
import io.pharos.model.config.HttpDiscovery;
import io.pharos.model.config.KubernetesDiscovery;
import io.pharos.model.config.StaticConfig;
import io.pharos.runtime.http.HttpClients;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Makes the sources of configured mechanisms.
public final class TargetSources {
    private final HttpClients clients;
    private final MeterRegistry meters;
    private final InstantSource time;

    public TargetSources(HttpClients clients, MeterRegistry meters, InstantSource time) {
        this.clients = clients;
        this.meters = meters;
        this.time = time;
    }

    /// The sources of one pool; its `static_configs` are one source together.
    public List<TargetSource> of(List<DiscoveryConfig> configs) {
        var sources = new ArrayList<TargetSource>();
        var fixed = new ArrayList<StaticSource.Entry>();
        for (DiscoveryConfig config : configs) {
            switch (config) {
                case StaticConfig group -> fixed.add(new StaticSource.Entry(group.targets(), group.labels()));
                case FileDiscovery files -> sources.add(new FileSource(files, meters));
                case HttpDiscovery http -> sources.add(HttpSource.of(http, clients, meters));
                case DnsDiscovery dns -> sources.add(new DnsSource(dns, meters));
                case KubernetesDiscovery kubernetes -> sources.add(new KubernetesSource(kubernetes, meters));
                case ConsulDiscovery consul -> sources.add(new ConsulSource(consul, clients, meters));
                case Ec2Discovery ec2 -> sources.add(Ec2Source.of(ec2, clients, time));
            }
        }
        if (!fixed.isEmpty()) {
            sources.add(StaticSource.of(fixed));
        }
        return sources;
    }
}
