package io.pharos.scraper.scrape;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.exposition.ExpositionParser.Options;
import io.pharos.model.labels.Labels;
import io.pharos.scraper.scrape.LoopDriver.Ending;
import io.pharos.scraper.target.Target;
import io.pharos.scraper.target.TargetSets;
import io.pharos.scraper.target.TargetSets.TargetSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The targets of one job and their loops. Guarded by the lock of [ScrapePools].
final class ScrapePool {
    private static final Logger LOG = LoggerFactory.getLogger(ScrapePool.class);

    private final LoopDriver.Surroundings around;
    /// By identity; read by meters without the lock.
    private final Map<Long, LoopDriver> drivers = new ConcurrentHashMap<>();
    private final List<Meter> meters = new ArrayList<>();
    private final Counter syncs;
    private final Counter syncFailures;
    private final Counter exceededTargetLimit;
    private final DistributionSummary syncLengths;
    private volatile PoolSettings settings;
    private long seed;
    private List<TargetGroup> groups = List.of();
    private volatile TargetSet targets = TargetSet.EMPTY;

    ScrapePool(PoolSettings settings, long seed, LoopDriver.Surroundings around, Counter exceededTargetLimit) {
        this.settings = settings;
        this.seed = seed;
        this.around = around;
        this.exceededTargetLimit = exceededTargetLimit;
        MeterRegistry registry = around.metrics().registry;
        syncs = Counter.builder("prometheus_target_scrape_pool_sync_total")
                .description("Total number of syncs that were executed on a scrape pool.")
                .tag("scrape_job", settings.job())
                .register(registry);
        syncFailures = Counter.builder("prometheus_target_sync_failed_total")
                .description("Total number of target sync failures.")
                .tag("scrape_job", settings.job())
                .register(registry);
        syncLengths = lengths(
                "prometheus_target_sync_length_seconds",
                "Actual interval to sync the scrape pool.",
                "scrape_job",
                settings.job());
        meters.add(syncLengths);
        meters.add(syncs);
        meters.add(syncFailures);
        gauge("prometheus_target_scrape_pool_targets", "Current number of targets in this scrape pool.", this::active);
        gauge(
                "prometheus_target_scrape_pool_target_limit",
                "Maximum number of targets allowed in this scrape pool.",
                () -> this.settings.config().targetLimit());
        gauge(
                "prometheus_target_metadata_cache_entries",
                "Total number of metric metadata entries in the cache",
                this::metadataEntries);
    }

    private void gauge(String name, String help, java.util.function.Supplier<Number> value) {
        meters.add(Gauge.builder(name, value)
                .description(help)
                .tag("scrape_job", settings.job())
                .register(around.metrics().registry));
    }

    private DistributionSummary lengths(String name, String help, String tag, String value) {
        return DistributionSummary.builder(name)
                .description(help)
                .tag(tag, value)
                .publishPercentiles(0.01, 0.05, 0.5, 0.9, 0.99)
                .register(around.metrics().registry);
    }

    private int active() {
        return targets.active().size();
    }

    private int metadataEntries() {
        int sum = 0;
        for (LoopDriver driver : List.copyOf(drivers.values())) {
            sum += driver.loop().metadata().families().size();
        }
        return sum;
    }

    PoolSettings settings() {
        return settings;
    }

    TargetSet targets() {
        return targets;
    }

    @Nullable
    LoopDriver driver(Target target) {
        return drivers.get(target.identity());
    }

    List<LoopDriver> drivers() {
        return List.copyOf(drivers.values());
    }

    /// Takes over what discovery found: starts loops of new targets, ends those of targets that are gone.
    ///
    /// @return loops that ended and may still have stale markers to write
    List<LoopDriver> sync(List<TargetGroup> found) {
        long began = System.nanoTime();
        groups = found;
        syncs.increment();
        targets = make(settings);
        var ended = endMissing();
        for (Target target : targets.active()) {
            if (!drivers.containsKey(target.identity())) {
                start(target, new ScrapeCache(around.sharing()), new MetadataCache(around.sharing()), LoopStatus.NONE);
            }
        }
        applyTargetLimit();
        syncLengths.record((System.nanoTime() - began) / 1e9);
        return ended;
    }

    private TargetSet make(PoolSettings with) {
        TargetSet made = TargetSets.of(with.targets(), groups);
        for (String failure : made.failures()) {
            LOG.warn("a target of job {} can't be made: {}", with.job(), failure);
        }
        syncFailures.increment(made.failures().size());
        return made;
    }

    private List<LoopDriver> endMissing() {
        var wanted = new HashMap<Long, Target>();
        for (Target target : targets.active()) {
            wanted.put(target.identity(), target);
        }
        var ended = new ArrayList<LoopDriver>();
        drivers.entrySet().removeIf(entry -> {
            boolean gone = !wanted.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().stop(Ending.MARK_STALE);
                ended.add(entry.getValue());
            }
            return gone;
        });
        return ended;
    }

    private void applyTargetLimit() {
        long limit = settings.config().targetLimit();
        String error = "";
        if (limit > 0 && active() > limit) {
            exceededTargetLimit.increment();
            error = "target_limit exceeded (number of targets: " + active() + ", limit: " + limit + ")";
        }
        for (LoopDriver driver : drivers.values()) {
            driver.force(error);
        }
    }

    private void start(Target target, ScrapeCache cache, MetadataCache metadata, LoopStatus status) {
        var config = settings.config();
        var loop = new ScrapeLoop(
                target.labels(),
                settings.samples(),
                new ReportRules(
                        config.sampleLimit(),
                        target.seriesLimit(),
                        settings.extraMetrics(),
                        target.timeoutMs() / 1000.0),
                config.fallbackScrapeProtocol(),
                new Options(
                        target.nativeHistograms(),
                        target.alwaysClassic(),
                        target.customBuckets(),
                        settings.samples().startZeros() || settings.samples().keepStarts()),
                around.metrics(),
                cache,
                metadata);
        var client = new ScrapeClient(
                settings.http(),
                target.url(),
                target.unixSocket(),
                settings.accept(),
                config.enableCompression(),
                target.timeoutMs(),
                config.bodySizeLimit(),
                around.mostBytes(),
                around.buffers());
        var driver =
                new LoopDriver(target, settings.job(), loop, client, around, settings.failures(), seed, "", status);
        drivers.put(target.identity(), driver);
        driver.start();
    }

    /// What makes two targets the same one to those who read their series.
    private record Series(Labels labels, String url) {
        static Series of(Target target) {
            return new Series(target.labels(), target.url());
        }
    }

    /// Goes on with other settings: every loop begins anew, with what it knows of its series where that still holds.
    List<LoopDriver> reload(PoolSettings changed, long changedSeed) throws InterruptedException {
        long began = System.nanoTime();
        PoolSettings before = settings;
        settings = changed;
        seed = changedSeed;
        targets = make(changed);
        // Not by identity, of which interval and timeout are a part.
        var old = new HashMap<Series, LoopDriver>();
        for (LoopDriver driver : drivers.values()) {
            old.put(Series.of(driver.target()), driver);
        }
        drivers.clear();
        var ended = new ArrayList<LoopDriver>();
        boolean same = changed.sameSamples(before);
        for (Target target : targets.active()) {
            LoopDriver running = old.remove(Series.of(target));
            if (running == null) {
                start(target, new ScrapeCache(around.sharing()), new MetadataCache(around.sharing()), LoopStatus.NONE);
            } else if (same) {
                running.stop(Ending.LEAVE);
                running.join();
                start(target, running.loop().cache(), running.loop().metadata(), running.status());
            } else {
                running.stop(Ending.MARK_STALE);
                ended.add(running);
                start(target, new ScrapeCache(around.sharing()), new MetadataCache(around.sharing()), running.status());
            }
        }
        for (LoopDriver gone : old.values()) {
            gone.stop(Ending.MARK_STALE);
            ended.add(gone);
        }
        applyTargetLimit();
        if (before.failures() != changed.failures()) {
            before.failures().close();
        }
        if (before.http() != changed.http()) {
            before.http().close();
        }
        lengths(
                        "prometheus_target_reload_length_seconds",
                        "Actual interval to reload the scrape pool with a given configuration.",
                        "interval",
                        changed.targets().interval())
                .record((System.nanoTime() - began) / 1e9);
        return ended;
    }

    /// Ends every loop.
    List<LoopDriver> stop(Ending how) {
        var ended = new ArrayList<>(drivers.values());
        for (LoopDriver driver : ended) {
            driver.stop(how);
        }
        drivers.clear();
        for (Meter meter : meters) {
            around.metrics().registry.remove(meter);
        }
        settings.failures().close();
        settings.http().close();
        return ended;
    }
}
