package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetSource;
import io.pharos.model.config.KubernetesDiscovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// `kubernetes_sd_configs`. The first groups come once every kind of object was listed.
public final class KubernetesSource implements TargetSource {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final KubernetesDiscovery config;
    private final ClusterAccess access;
    private final MeterRegistry meters;

    public KubernetesSource(KubernetesDiscovery config, MeterRegistry meters) {
        this(config, meters, ClusterAccess.ofThisProcess());
    }

    KubernetesSource(KubernetesDiscovery config, MeterRegistry meters, ClusterAccess access) {
        this.config = config;
        this.meters = meters;
        this.access = access;
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
        while (true) {
            try {
                watch(updates);
            } catch (RuntimeException e) {
                updates.failed(e);
                Thread.sleep(RETRY);
            }
        }
    }

    private void watch(Updates updates) throws InterruptedException {
        var dirty = new DirtyKeys();
        try (KubernetesClient client = access.client(config)) {
            var watches = new Watches(config, client, namespaces(), dirty::add, role -> reports(role, updates));
            CompletableFuture<?> listed = watches.start();
            await(listed);
            dirty.addAll(watches.keys());
            while (true) {
                var groups = new ArrayList<TargetGroup>();
                for (String key : dirty.take()) {
                    groups.add(watches.group(key));
                }
                updates.found(groups);
            }
        }
    }

    private static void await(CompletableFuture<?> listed) throws InterruptedException {
        while (!listed.isDone()) {
            try {
                listed.get(1, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException _) {
                // Failures are reported and tried again by the watches themselves.
                continue;
            } catch (java.util.concurrent.ExecutionException e) {
                throw new CompletionException(e.getCause());
            }
        }
    }

    private List<String> namespaces() {
        var namespaces = new TreeSet<>(config.namespaces().names());
        if (config.namespaces().ownNamespace()) {
            namespaces.add(access.ownNamespace());
        }
        return List.copyOf(namespaces);
    }

    private Watched.Reports reports(String role, Updates updates) {
        Counter failures = Counter.builder("prometheus_sd_kubernetes_failures_total")
                .description("The number of failed WATCH/LIST requests.")
                .register(meters);
        return new Watched.Reports() {
            @Override
            public void event(String event) {
                Counter.builder("prometheus_sd_kubernetes_events_total")
                        .description("The number of Kubernetes events handled.")
                        .tag("role", role)
                        .tag("event", event)
                        .register(meters)
                        .increment();
            }

            @Override
            public void failed(Throwable why) {
                failures.increment();
                updates.failed(why instanceof Exception e ? e : new IllegalStateException(why));
            }
        };
    }

    /// Keys of objects to look at anew, each once.
    private static final class DirtyKeys {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition added = lock.newCondition();
        private Set<String> keys = new LinkedHashSet<>();
        /// The first taking answers even when there is nothing, so that it is known that nothing is there.
        private boolean first = true;

        void add(String key) {
            lock.lock();
            try {
                keys.add(key);
                added.signal();
            } finally {
                lock.unlock();
            }
        }

        void addAll(Set<String> more) {
            lock.lock();
            try {
                keys.addAll(more);
            } finally {
                lock.unlock();
            }
        }

        Set<String> take() throws InterruptedException {
            lock.lock();
            try {
                while (keys.isEmpty() && !first) {
                    added.await();
                }
                first = false;
                Set<String> taken = keys;
                keys = new LinkedHashSet<>();
                return taken;
            } finally {
                lock.unlock();
            }
        }
    }
}
