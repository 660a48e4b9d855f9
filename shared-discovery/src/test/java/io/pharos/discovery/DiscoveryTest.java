package io.pharos.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private record Heard(String pool, List<TargetGroup> groups) {}

    private final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Discovery discovery = Discovery.start(
            "scrape", Duration.ofMillis(20), (pool, groups) -> heard.add(new Heard(pool, groups)), meters);

    @AfterEach
    void close() {
        discovery.close();
    }

    private Heard next() throws InterruptedException {
        Heard next = heard.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("heard of targets within 10 s").isNotNull();
        return next;
    }

    /// A source whose updates the test makes itself.
    private static final class HandSource implements TargetSource {
        final LinkedBlockingQueue<Updates> started = new LinkedBlockingQueue<>();
        final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public String mechanism() {
            return "hand";
        }

        @Override
        public Object configuration() {
            return "same";
        }

        @Override
        public void run(Updates updates) throws InterruptedException {
            started.add(updates);
            try {
                Thread.sleep(Duration.ofDays(1));
            } finally {
                ended.countDown();
            }
        }
    }

    private static TargetGroup group(String source, String address) {
        return new TargetGroup(source, List.of(Labels.of("__address__", address)), Labels.EMPTY);
    }

    @Test
    void staticConfigsAreNamedByTheirIndexAndKeepTheirLabels() throws Exception {
        var source = StaticSource.of(List.of(
                new StaticSource.Entry(List.of("a:1", "b:1"), Labels.of("env", "x")),
                new StaticSource.Entry(List.of("c:1"), Labels.EMPTY)));
        discovery.apply(Map.of("job", List.of(source)));
        assertThat(next())
                .isEqualTo(new Heard(
                        "job",
                        List.of(
                                new TargetGroup(
                                        "0",
                                        List.of(Labels.of("__address__", "a:1"), Labels.of("__address__", "b:1")),
                                        Labels.of("env", "x")),
                                group("1", "c:1"))));
        assertThat(meters.get("prometheus_sd_discovered_targets")
                        .tags("name", "scrape", "config", "job")
                        .gauge()
                        .value())
                .isEqualTo(3);
    }

    @Test
    void anEqualSourceRunsOnceAndGoesOnOverAReload() throws Exception {
        var first = new HandSource();
        var second = new HandSource();
        discovery.apply(Map.of("one", List.of(first), "two", List.of(second)));
        TargetSource.Updates updates = first.started.peek() == null ? poll(first, second) : first.started.take();
        updates.found(List.of(group("a", "x:1")));
        assertThat(List.of(next().pool(), next().pool())).containsExactlyInAnyOrder("one", "two");
        discovery.apply(Map.of("three", List.of(new HandSource())));
        assertThat(next()).isEqualTo(new Heard("three", List.of(group("a", "x:1"))));
    }

    private static TargetSource.Updates poll(HandSource one, HandSource two) throws InterruptedException {
        while (true) {
            for (HandSource source : List.of(one, two)) {
                TargetSource.Updates updates = source.started.poll(5, TimeUnit.MILLISECONDS);
                if (updates != null) {
                    return updates;
                }
            }
        }
    }

    @Test
    void aFailureKeepsTheTargetsAndIsCounted() throws Exception {
        var source = new HandSource();
        discovery.apply(Map.of("one", List.of(source)));
        TargetSource.Updates updates = source.started.take();
        updates.found(List.of(group("a", "x:1")));
        assertThat(next().groups()).hasSize(1);
        updates.failed(new IllegalStateException("peer is down"));
        updates.found(List.of(group("b", "y:1")));
        assertThat(next().groups()).containsExactly(group("a", "x:1"), group("b", "y:1"));
        assertThat(meters.get("prometheus_sd_refresh_failures_total")
                        .tags("mechanism", "hand", "config", "one")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aSourceThatEndsByItselfIsCountedAndStartedAgainByTheNextConfiguration() throws Exception {
        var starts = new LinkedBlockingQueue<String>();
        var source = new TargetSource() {
            @Override
            public String mechanism() {
                return "brittle";
            }

            @Override
            public Object configuration() {
                return "same";
            }

            @Override
            public void run(Updates updates) {
                starts.add("started");
                throw new IllegalArgumentException("certificate can't be read");
            }
        };
        discovery.apply(Map.of("one", List.of(source)));
        assertThat(starts.poll(10, TimeUnit.SECONDS)).isNotNull();
        var failedConfigs =
                meters.get("prometheus_sd_failed_configs").tag("name", "scrape").gauge();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (failedConfigs.value() != 1) {
            assertThat(System.nanoTime())
                    .as("failed configurations are counted")
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
        discovery.apply(Map.of("one", List.of(source)));
        assertThat(starts.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aSourceThatNoPoolHasIsStopped() throws Exception {
        var source = new HandSource();
        discovery.apply(Map.of("one", List.of(source)));
        source.started.take();
        discovery.apply(Map.of());
        assertThat(source.ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
