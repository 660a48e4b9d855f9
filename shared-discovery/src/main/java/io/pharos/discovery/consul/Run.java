package io.pharos.discovery.consul;

import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetSource.Updates;
import io.pharos.model.config.ConsulDiscovery;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// One run of a source: watches the catalog and services until interrupted.
final class Run {
    private static final Duration RETRY = Duration.ofSeconds(15);

    private final ConsulDiscovery config;
    private final ConsulApi api;
    private final Updates updates;

    Run(ConsulDiscovery config, ConsulApi api, Updates updates) {
        this.config = config;
        this.api = api;
        this.updates = updates;
    }

    void run() throws InterruptedException {
        String datacenter = datacenter();
        var watches = new HashMap<String, Thread>();
        try {
            if (config.services().isEmpty()
                    || !config.tags().isEmpty()
                    || !config.filter().isEmpty()) {
                watchCatalog(datacenter, watches);
            } else {
                config.services().forEach(name -> watches.put(name, watch(name, datacenter)));
                for (Thread thread : watches.values()) {
                    thread.join();
                }
            }
        } finally {
            watches.values().forEach(Thread::interrupt);
        }
    }

    private String datacenter() throws InterruptedException {
        while (config.datacenter().isEmpty()) {
            try {
                return api.datacenter();
            } catch (IOException e) {
                updates.failed(e);
                Thread.sleep(RETRY);
            }
        }
        return config.datacenter();
    }

    private void watchCatalog(String datacenter, Map<String, Thread> watches) throws InterruptedException {
        long index = 0;
        while (true) {
            long startNs = System.nanoTime();
            try {
                ConsulApi.Indexed answer = api.services(index);
                if (answer.index() != index || index == 0) {
                    index = next(index, answer.index());
                    follow(wanted(answer.body()), datacenter, watches);
                }
            } catch (IOException e) {
                updates.failed(e);
                index = 0;
                Thread.sleep(RETRY);
                continue;
            }
            pause(startNs);
        }
    }

    private void follow(Set<String> names, String datacenter, Map<String, Thread> watches) throws InterruptedException {
        for (String name : Set.copyOf(watches.keySet())) {
            if (!names.contains(name)) {
                Thread thread = watches.remove(name);
                if (thread != null) {
                    thread.interrupt();
                    // It must not tell of the service any more once that was said to be gone.
                    thread.join();
                }
                updates.found(List.of(TargetGroup.gone(name)));
            }
        }
        for (String name : names) {
            watches.computeIfAbsent(name, _ -> watch(name, datacenter));
        }
        if (names.isEmpty()) {
            updates.found(List.of());
        }
    }

    private Set<String> wanted(JsonNode services) {
        var names = new HashSet<String>();
        for (Map.Entry<String, JsonNode> service : services.properties()) {
            boolean named = config.services().isEmpty() || config.services().contains(service.getKey());
            var tags = new HashSet<String>();
            service.getValue().forEach(tag -> tags.add(tag.asString("")));
            if (named && tags.containsAll(config.tags())) {
                names.add(service.getKey());
            }
        }
        return names;
    }

    private Thread watch(String service, String datacenter) {
        return Thread.ofVirtual().name("discovery-consul-" + service).start(() -> {
            try {
                watchService(service, datacenter);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void watchService(String service, String datacenter) throws InterruptedException {
        long index = 0;
        while (true) {
            long startNs = System.nanoTime();
            try {
                ConsulApi.Indexed answer = api.health(service, index);
                if (answer.index() != index || index == 0) {
                    index = next(index, answer.index());
                    updates.found(
                            List.of(ServiceTargets.of(service, datacenter, config.tagSeparator(), answer.body())));
                }
            } catch (IOException e) {
                updates.failed(e);
                index = 0;
                Thread.sleep(RETRY);
                continue;
            }
            pause(startNs);
        }
    }

    /// An index that went back means that Consul began anew.
    private static long next(long before, long now) {
        return now < before ? 0 : now;
    }

    private void pause(long sinceNs) throws InterruptedException {
        Duration left = config.refreshInterval().minusNanos(System.nanoTime() - sinceNs);
        if (left.isPositive()) {
            Thread.sleep(left);
        }
    }
}
