package io.pharos.scraper.scrape;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.Discovery;
import io.pharos.discovery.TargetGroup;
import io.pharos.discovery.TargetSource;
import io.pharos.model.config.DiscoveryConfig;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.config.ScrapeConfig;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SampleSink;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.reload.Reloadable;
import io.pharos.scraper.scrape.LoopDriver.Ending;
import io.pharos.scraper.target.Fnv;
import io.pharos.scraper.target.Target;
import io.pharos.scraper.target.TargetRules;
import io.pharos.scraper.target.TargetSets.Dropped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All jobs: one pool of scrape loops each, fed by discovery, configured by `prometheus.yml`. Thread-safe.
public final class ScrapePools implements Reloadable<PrometheusConfig>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScrapePools.class);

    /// How scraping works whatever the configuration says.
    ///
    /// @param discoveryInterval how long changes of targets are gathered
    /// @param mostBytes no body is larger, unpacked
    public record Options(
            boolean adjustTimestamps, Duration timestampTolerance, Duration discoveryInterval, long mostBytes) {}

    /// One target as it stands.
    public record ActiveTarget(Target target, LoopStatus status, Map<String, MetricMetadata> metadata) {}

    /// One job as it stands.
    public record Pool(
            String name,
            ScrapeConfig config,
            TargetRules rules,
            List<ActiveTarget> active,
            List<Dropped> dropped,
            int droppedCount) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, ScrapePool> pools = new TreeMap<>();
    private final List<LoopDriver> ending = new ArrayList<>();
    private final LoopDriver.Surroundings around;
    private final FeatureFlags features;
    private final HttpClients clients;
    private final Function<List<DiscoveryConfig>, List<TargetSource>> sources;
    private final InstantSource time;
    private final Discovery discovery;
    private final Counter reloads;
    private final Counter created;
    private final Counter exceededTargetLimit;
    private long seed;
    private boolean closed;

    /// @param clients opens the client of a job
    /// @param sources the targets' sources that a job names
    public ScrapePools(
            SampleSink sink,
            InstantSource time,
            MeterRegistry registry,
            FeatureFlags features,
            HttpClients clients,
            Function<List<DiscoveryConfig>, List<TargetSource>> sources,
            Options options) {
        this.features = features;
        this.clients = clients;
        this.sources = sources;
        this.time = time;
        this.around = new LoopDriver.Surroundings(
                sink,
                time,
                new Workspaces(),
                new BodyBuffers(),
                new Sharing(),
                new ScrapeMetrics(registry),
                options.adjustTimestamps(),
                options.timestampTolerance().toNanos(),
                options.mostBytes());
        reloads = counter(
                registry, "prometheus_target_scrape_pool_reloads_total", "Total number of scrape pool reloads.");
        counter(
                registry,
                "prometheus_target_scrape_pool_reloads_failed_total",
                "Total number of failed scrape pool reloads.");
        created = counter(
                registry, "prometheus_target_scrape_pools_total", "Total number of scrape pool creation attempts.");
        counter(
                registry,
                "prometheus_target_scrape_pools_failed_total",
                "Total number of scrape pool creations that failed.");
        exceededTargetLimit = counter(
                registry,
                "prometheus_target_scrape_pool_exceeded_target_limit_total",
                "Total number of times scrape pools hit the target limit, during sync or config reload.");
        this.discovery = Discovery.start("scrape", options.discoveryInterval(), this::onTargets, registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String help) {
        return Counter.builder(name).description(help).register(registry);
    }

    @Override
    public Runnable prepare(PrometheusConfig config) {
        long newSeed = seed(config.global().externalLabels());
        var settings = new LinkedHashMap<String, PoolSettings>();
        var sourcesByPool = new LinkedHashMap<String, List<TargetSource>>();
        for (ScrapeConfig job : config.jobs()) {
            sourcesByPool.put(job.jobName(), sources.apply(job.discovery()));
            settings.put(job.jobName(), settings(job));
        }
        return () -> apply(settings, sourcesByPool, newSeed);
    }

    /// Those in force where nothing of the job has changed.
    private PoolSettings settings(ScrapeConfig job) {
        lock.lock();
        try {
            ScrapePool pool = pools.get(job.jobName());
            if (pool != null && pool.settings().config().equals(job)) {
                return pool.settings();
            }
            PoolSettings before = pool == null ? null : pool.settings();
            HttpSender http = before != null && before.config().http().equals(job.http())
                    ? before.http()
                    : clients.openUnchecked("scrape-" + job.jobName(), job.http());
            FailureLog failures =
                    before != null && before.config().scrapeFailureLogFile().equals(job.scrapeFailureLogFile())
                            ? before.failures()
                            : FailureLog.open(job.scrapeFailureLogFile(), time);
            return PoolSettings.of(job, features, http, failures);
        } finally {
            lock.unlock();
        }
    }

    /// What sets the phases of this server's scrapes apart from those of its replicas'.
    private static long seed(Labels external) {
        String host;
        try {
            host = InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException _) {
            host = "localhost";
        }
        return Fnv.hash(host + external);
    }

    private void apply(
            Map<String, PoolSettings> settings, Map<String, List<TargetSource>> sourcesByPool, long newSeed) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            boolean otherSeed = newSeed != seed;
            seed = newSeed;
            pools.entrySet().removeIf(entry -> {
                boolean gone = !settings.containsKey(entry.getKey());
                if (gone) {
                    ending.addAll(entry.getValue().stop(Ending.MARK_STALE));
                }
                return gone;
            });
            for (PoolSettings wanted : settings.values()) {
                ScrapePool pool = pools.get(wanted.job());
                if (pool == null) {
                    created.increment();
                    pools.put(wanted.job(), new ScrapePool(wanted, seed, around, exceededTargetLimit));
                } else if (pool.settings() != wanted || otherSeed) {
                    reloads.increment();
                    ending.addAll(pool.reload(wanted, seed));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            LOG.warn("interrupted while scrape pools were reloaded");
        } finally {
            lock.unlock();
        }
        discovery.apply(sourcesByPool);
    }

    private void onTargets(String name, List<TargetGroup> groups) {
        lock.lock();
        try {
            ScrapePool pool = pools.get(name);
            if (pool != null && !closed) {
                ending.removeIf(LoopDriver::isOver);
                ending.addAll(pool.sync(groups));
            }
        } finally {
            lock.unlock();
        }
    }

    /// The names of the jobs, sorted.
    public List<String> names() {
        lock.lock();
        try {
            return List.copyOf(pools.keySet());
        } finally {
            lock.unlock();
        }
    }

    /// All jobs, sorted by name.
    public List<Pool> pools() {
        lock.lock();
        try {
            return pools.values().stream().map(ScrapePools::view).toList();
        } finally {
            lock.unlock();
        }
    }

    /// How many series each target of a job has; all jobs for `""`.
    public Map<Target, Cardinality> cardinality(String name) {
        var drivers = new ArrayList<LoopDriver>();
        lock.lock();
        try {
            for (ScrapePool pool : pools.values()) {
                if (name.isEmpty() || pool.settings().job().equals(name)) {
                    drivers.addAll(pool.drivers());
                }
            }
        } finally {
            lock.unlock();
        }
        var found = new LinkedHashMap<Target, Cardinality>();
        for (LoopDriver driver : drivers) {
            found.put(driver.target(), driver.cardinality());
        }
        return found;
    }

    public Optional<Pool> pool(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(pools.get(name)).map(ScrapePools::view);
        } finally {
            lock.unlock();
        }
    }

    private static Pool view(ScrapePool pool) {
        var active = new ArrayList<ActiveTarget>();
        for (Target target : pool.targets().active()) {
            LoopDriver driver = pool.driver(target);
            if (driver != null) {
                active.add(new ActiveTarget(
                        target, driver.status(), driver.loop().metadata().families()));
            }
        }
        return new Pool(
                pool.settings().job(),
                pool.settings().config(),
                pool.settings().targets(),
                active,
                pool.targets().dropped(),
                pool.targets().droppedCount());
    }

    /// Ends all loops without stale markers: a restart is no end of a series.
    @Override
    public void close() {
        discovery.close();
        lock.lock();
        try {
            closed = true;
            for (ScrapePool pool : pools.values()) {
                ending.addAll(pool.stop(Ending.LEAVE));
            }
            for (LoopDriver driver : ending) {
                driver.stop(Ending.LEAVE);
            }
            for (LoopDriver driver : ending) {
                driver.join();
            }
            ending.clear();
            pools.clear();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
