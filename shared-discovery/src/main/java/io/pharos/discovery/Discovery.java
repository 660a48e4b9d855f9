package io.pharos.discovery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the sources of targets of named pools (a scrape job, an entry of `alertmanagers`) and tells a listener
/// the groups of a pool when they changed. Thread-safe.
///
/// Equal sources run once, whichever pools they are in, and go on running over a reload. A source that fails
/// keeps the groups it found before, and the failure is counted in `prometheus_sd_refresh_failures_total`.
public final class Discovery implements AutoCloseable {
    /// Longest time for which changes of a pool are gathered before the listener is told again: as Prometheus
    /// does.
    public static final Duration DEBOUNCE = Duration.ofSeconds(5);

    /// Hears of targets.
    public interface Listener {
        /// The current groups of a pool, all of them; none is empty. Called by one thread at a time: at once
        /// after [Discovery#apply] when something is known (or the pool has no sources) and when a change comes
        /// after a quiet time, else after a gap that grows up to the debounce time. Not called for a pool that
        /// [Discovery#apply] took away.
        void onTargets(String pool, List<TargetGroup> groups);
    }

    private record Key(String mechanism, Object configuration) {}

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private final String name;
    private final Listener listener;
    private final MeterRegistry meters;
    private final Counter received;
    private final Counter sent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TargetBoard<Key> board;
    private final Map<Key, Thread> running = new HashMap<>();
    /// Sources that ended by themselves; the next configuration starts them anew.
    private final Set<Key> failed = new HashSet<>();
    private final Map<String, Meter> gauges = new HashMap<>();
    private final Thread teller;

    private Discovery(String name, Duration debounce, Listener listener, MeterRegistry meters) {
        this.name = name;
        this.listener = listener;
        this.meters = meters;
        this.board = new TargetBoard<>(debounce.toMillis());
        this.received = Counter.builder("prometheus_sd_received_updates_total")
                .description("Total number of update events received from the SD providers.")
                .tag("name", name)
                .register(meters);
        this.sent = Counter.builder("prometheus_sd_updates_total")
                .description("Total number of update events sent to the SD consumers.")
                .tag("name", name)
                .register(meters);
        Gauge.builder("prometheus_sd_failed_configs", this::failedCount)
                .description("Current number of service discovery configurations that failed to load.")
                .tag("name", name)
                .register(meters);
        this.teller = Thread.ofVirtual().name("discovery-" + name).start(this::tell);
    }

    /// Starts with no pools.
    ///
    /// @param name whose targets these are, as the label `name` of the metrics: `scrape` or `notify`
    public static Discovery start(String name, Duration debounce, Listener listener, MeterRegistry meters) {
        return new Discovery(name, debounce, listener, meters);
    }

    /// Puts these pools with their sources into force: starts sources that are new, stops those no pool has any
    /// more.
    public void apply(Map<String, ? extends List<? extends TargetSource>> pools) {
        var sources = new LinkedHashMap<Key, TargetSource>();
        var keysByPool = new LinkedHashMap<String, Set<Key>>();
        pools.forEach((pool, list) -> {
            var keys = new LinkedHashSet<Key>();
            for (TargetSource source : list) {
                var key = new Key(source.mechanism(), source.configuration());
                keys.add(key);
                sources.putIfAbsent(key, source);
            }
            keysByPool.put(pool, keys);
        });
        lock.lock();
        try {
            var ended = new ArrayList<Thread>();
            running.entrySet().removeIf(entry -> {
                boolean gone = !sources.containsKey(entry.getKey());
                if (gone) {
                    ended.add(entry.getValue());
                }
                return gone;
            });
            ended.forEach(Thread::interrupt);
            failed.clear();
            board.apply(keysByPool);
            applyGauges(keysByPool.keySet());
            sources.forEach((key, source) -> {
                if (source instanceof StaticSource fixed) {
                    // Known at once, so that the first telling is whole.
                    received.increment();
                    board.found(key, fixed.groups());
                } else if (!running.containsKey(key)) {
                    running.put(key, start(key, source, poolOf(key, keysByPool)));
                }
            });
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Stops every source; the listener hears nothing any more.
    @Override
    public void close() {
        teller.interrupt();
        lock.lock();
        try {
            running.values().forEach(Thread::interrupt);
            running.clear();
            board.apply(Map.of());
            applyGauges(Set.of());
        } finally {
            lock.unlock();
        }
    }

    private static String poolOf(Key key, Map<String, Set<Key>> keysByPool) {
        for (Map.Entry<String, Set<Key>> entry : keysByPool.entrySet()) {
            if (entry.getValue().contains(key)) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("bug: source " + key + " without a pool");
    }

    private Thread start(Key key, TargetSource source, String pool) {
        Counter failures = Counter.builder("prometheus_sd_refresh_failures_total")
                .description("Number of refresh failures for the given SD mechanism.")
                .tag("mechanism", source.mechanism())
                .tag("config", pool)
                .register(meters);
        var updates = new TargetSource.Updates() {
            @Override
            public void found(List<TargetGroup> groups) {
                received.increment();
                lock.lock();
                try {
                    if (running.containsKey(key)) {
                        board.found(key, groups);
                        changed.signalAll();
                    }
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void failed(Exception why) {
                failures.increment();
                LOG.warn(
                        "{} discovery for \"{}\" failed, targets stay as they were: {}",
                        source.mechanism(),
                        pool,
                        why.getMessage() == null ? why.toString() : why.getMessage());
            }
        };
        return Thread.ofVirtual()
                .name("discovery-" + name + "-" + source.mechanism() + "-" + pool)
                .start(() -> {
                    try {
                        source.run(updates);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        updates.failed(e);
                        LOG.error("{} discovery for \"{}\" ended", source.mechanism(), pool, e);
                        end(key);
                    }
                });
    }

    private void end(Key key) {
        lock.lock();
        try {
            if (running.remove(key, Thread.currentThread())) {
                failed.add(key);
            }
        } finally {
            lock.unlock();
        }
    }

    private int failedCount() {
        lock.lock();
        try {
            return failed.size();
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        while (!Thread.currentThread().isInterrupted()) {
            List<TargetBoard.Telling> due;
            lock.lock();
            try {
                due = board.due(monotonicMs());
                if (due.isEmpty()) {
                    OptionalLong wakeAt = board.wakeAtMs();
                    if (wakeAt.isPresent()) {
                        changed.await(Math.max(1, wakeAt.getAsLong() - monotonicMs()), TimeUnit.MILLISECONDS);
                    } else {
                        changed.await();
                    }
                }
            } catch (InterruptedException _) {
                return;
            } finally {
                lock.unlock();
            }
            for (TargetBoard.Telling telling : due) {
                sent.increment();
                try {
                    listener.onTargets(telling.pool(), telling.groups());
                } catch (RuntimeException e) {
                    LOG.error("targets of \"{}\" could not be taken over", telling.pool(), e);
                }
            }
        }
    }

    private void applyGauges(Set<String> pools) {
        gauges.entrySet().removeIf(entry -> {
            boolean gone = !pools.contains(entry.getKey());
            if (gone) {
                meters.remove(entry.getValue());
            }
            return gone;
        });
        for (String pool : pools) {
            gauges.computeIfAbsent(pool, _ -> Gauge.builder("prometheus_sd_discovered_targets", () -> targets(pool))
                    .description("Current number of discovered targets.")
                    .tag("name", name)
                    .tag("config", pool)
                    .register(meters));
        }
    }

    private int targets(String pool) {
        lock.lock();
        try {
            return board.targets(pool);
        } finally {
            lock.unlock();
        }
    }

    private static long monotonicMs() {
        return System.nanoTime() / 1_000_000;
    }
}
