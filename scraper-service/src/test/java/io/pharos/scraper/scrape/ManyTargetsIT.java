package io.pharos.scraper.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.discovery.TargetSources;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.runtime.http.HttpClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/// Ten thousand targets in one process: all are scraped, and a reload that changes one job leaves the others alone. May
/// wait, up to a deadline.
class ManyTargetsIT {
    /// Connections of the many are closed after each answer, so that a test needs no 20,000 file descriptors.
    private static final int MANY = 9_900;

    private static final int KEPT = 90;
    private static final int CHANGED = 10;
    private static final long INTERVAL_MS = 6_000;

    /// Gives references and counts.
    private static final class CountingSink implements SampleSink {
        final AtomicLong references = new AtomicLong();
        final Map<String, Long> newSeries = new ConcurrentHashMap<>();

        @Override
        public Appended append(SampleBatch batch, OnReject onReject) {
            for (int row = 0; row < batch.size(); row++) {
                if (batch.references()[row] == 0) {
                    newSeries.merge(batch.labels(row).get("job"), 1L, Long::sum);
                    batch.references()[row] = references.incrementAndGet();
                }
            }
            return new Appended(batch.size(), false, List.of(), 0, List.of());
        }
    }

    private final Map<String, Long> newestMs = new ConcurrentHashMap<>();
    private final Map<String, Long> oldestMs = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<String> keptConnections = new ConcurrentSkipListSet<>();
    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
                String path = request.path();
                long nowMs = System.nanoTime() / 1_000_000;
                oldestMs.putIfAbsent(path, nowMs);
                newestMs.put(path, nowMs);
                if (path.startsWith("kept")) {
                    request.withConnection(connection -> keptConnections.add(
                            path + " " + connection.channel().id()));
                }
                return response.keepAlive(!path.startsWith("many"))
                        .header("Content-Type", "text/plain")
                        .sendString(Mono.just("a 1\nb{x=\"1\"} 2\n"));
            })
            .bindNow();
    private final CountingSink sink = new CountingSink();
    private final ScrapePools pools = new ScrapePools(
            sink,
            InstantSource.system(),
            new SimpleMeterRegistry(),
            FeatureFlags.NONE,
            new HttpClients("Prometheus/test", InstantSource.system()),
            configs -> new TargetSources(
                            new HttpClients("t", InstantSource.system()),
                            new SimpleMeterRegistry(),
                            InstantSource.system())
                    .of(configs),
            new ScrapePools.Options(true, Duration.ofMillis(2), Duration.ofMillis(50), 1 << 20));

    @AfterEach
    void end() {
        pools.close();
        server.disposeNow();
    }

    @Test
    void allAreScrapedAndAReloadOfOneJobLeavesTheOthersAlone() {
        pools.prepare(config("")).run();
        await(() -> oldestMs.size() == MANY + KEPT + CHANGED, () -> oldestMs.size() + " targets scraped");
        await(() -> sink.references.get() >= 7L * (MANY + KEPT + CHANGED), () -> sink.references + " series");

        pools.prepare(config("    metric_relabel_configs: [{target_label: more, replacement: x}]\n"))
                .run();
        assertThat(pools.pools()).extracting(pool -> pool.active().size()).containsExactly(CHANGED, KEPT, MANY);
        await(() -> sink.newSeries.get("changed") >= 14 * CHANGED, () -> sink.newSeries.toString());
        long after = System.nanoTime() / 1_000_000;
        await(
                () -> newestMs.entrySet().stream()
                        .allMatch(entry -> entry.getKey().startsWith("many") || entry.getValue() > after),
                () -> newestMs.size() + " targets");

        assertThat(sink.newSeries).containsEntry("kept", 7L * KEPT).containsEntry("many", 7L * MANY);
        assertThat(keptConnections).hasSize(KEPT);
        newestMs.forEach((path, newest) -> {
            if (path.startsWith("kept")) {
                // As many whole intervals as lie between: the phase stays. A busy machine may be late.
                assertThat((newest - oldestMs.get(path) + INTERVAL_MS / 2) % INTERVAL_MS)
                        .as(path)
                        .isCloseTo(INTERVAL_MS / 2, org.assertj.core.data.Offset.offset(INTERVAL_MS / 3));
            }
        });
        assertThat(pools.pools().stream().flatMap(pool -> pool.active().stream()))
                .allSatisfy(active -> assertThat(active.status().health())
                        .as(active.status().error())
                        .isEqualTo(LoopStatus.Health.UP));
    }

    private PrometheusConfig config(String changed) {
        var yaml = new StringBuilder("global:\n  scrape_interval: " + INTERVAL_MS + "ms\n  scrape_timeout: "
                + INTERVAL_MS + "ms\nscrape_configs:\n");
        job(yaml, "many", MANY, "");
        job(yaml, "kept", KEPT, "");
        job(yaml, "changed", CHANGED, changed);
        return new ConfigLoader().prometheusText(yaml.toString());
    }

    private void job(StringBuilder yaml, String name, int targets, String more) {
        yaml.append("  - job_name: ").append(name).append('\n').append(more).append("    static_configs:\n");
        for (int i = 0; i < targets; i++) {
            yaml.append("      - {targets: ['127.0.0.1:")
                    .append(server.port())
                    .append("'], labels: {instance: '")
                    .append(i)
                    .append("', __metrics_path__: /")
                    .append(name)
                    .append(i)
                    .append("}}\n");
        }
    }

    private static void await(BooleanSupplier condition, Supplier<String> state) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain; now: " + state.get());
            }
            LockSupport.parkNanos(50_000_000);
        }
    }
}
