package io.pharos.discovery.consul;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.TargetSource;
import io.pharos.model.config.ConsulDiscovery;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;

/// `consul_sd_configs`. One thread waits for changes of the catalog, one for those of each service; where
/// services are named and no tags asked for, the catalog is not needed.
public final class ConsulSource implements TargetSource {
    private final ConsulDiscovery config;
    private final HttpClients clients;
    private final MeterRegistry meters;

    public ConsulSource(ConsulDiscovery config, HttpClients clients, MeterRegistry meters) {
        this.config = config;
        this.clients = clients;
        this.meters = meters;
    }

    @Override
    public String mechanism() {
        return config.mechanism();
    }

    @Override
    public Object configuration() {
        return config;
    }

    @Override
    public void run(Updates updates) throws InterruptedException {
        try (HttpSender sender = clients.open("discovery-consul", config.http())) {
            new Run(config, new ConsulApi(config, sender, meters), updates).run();
        }
    }
}
