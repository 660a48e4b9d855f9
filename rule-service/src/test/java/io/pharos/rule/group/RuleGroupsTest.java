package io.pharos.rule.group;

import static io.pharos.rule.group.FakePorts.element;
import static io.pharos.rule.group.FakePorts.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleSink;
import io.pharos.model.sample.StaleMarker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RuleGroupsTest {
    private static final AlertTexts PLAIN = (name, template, element, at) -> template;

    private final LinkedBlockingQueue<String> appended = new LinkedBlockingQueue<>();
    private final RuleGroups groups = new RuleGroups(
            new RulePorts(
                    new QueryEvaluator() {
                        @Override
                        public QueryResult instant(String expression, long atMs) {
                            return new QueryResult(new QueryResult.Vector(List.of(element(1))), List.of(), List.of());
                        }

                        @Override
                        public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
                            throw new UnsupportedOperationException();
                        }
                    },
                    (batch, onReject) -> {
                        for (int row = 0; row < batch.size(); row++) {
                            appended.add(batch.labels(row).metricName()
                                    + (StaleMarker.is(batch.values()[row]) ? " stale" : ""));
                        }
                        return new SampleSink.Appended(batch.size(), false, List.of(), 0, List.of());
                    },
                    alerts -> {},
                    InstantSource.system(),
                    new SimpleMeterRegistry()),
            new RuleSettings(
                    "", Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofMinutes(10), 2, Duration.ofMinutes(5)));

    private static GroupSpec group(String name, RuleSpec... rules) {
        return new GroupSpec("f.yml", name, Duration.ofMillis(20), Duration.ZERO, 0, List.of(rules));
    }

    private void await(String line) throws InterruptedException {
        String next;
        do {
            next = appended.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("\"" + line + "\" within 10 s").isNotNull();
        } while (!line.equals(next));
    }

    @AfterEach
    void close() {
        groups.close();
    }

    @Test
    void groupsRunOnTheirOwnAndAreReplacedOnReload() throws Exception {
        groups.apply(List.of(group("b", record("one", "q")), group("a", record("two", "q"))), PLAIN);
        groups.start();
        await("one");
        await("two");
        assertThat(groups.status()).extracting(status -> status.spec().name()).containsExactly("a", "b");
        groups.apply(List.of(group("b", record("three", "q"))), PLAIN);
        await("three");
        assertThat(groups.status()).hasSize(1);
        await("two stale");
    }

    @Test
    void nothingIsEvaluatedBeforeTheStart() {
        groups.apply(List.of(group("b", record("one", "q"))), PLAIN);
        groups.close();
        assertThat(appended).isEmpty();
        assertThat(groups.status().getFirst().rules().getFirst().health().text())
                .isEqualTo("unknown");
    }
}
