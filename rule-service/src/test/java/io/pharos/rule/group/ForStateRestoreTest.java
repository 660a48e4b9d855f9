package io.pharos.rule.group;

import static io.pharos.rule.group.FakePorts.START;
import static io.pharos.rule.group.FakePorts.alert;
import static io.pharos.rule.group.FakePorts.element;
import static io.pharos.rule.group.FakePorts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForStateRestoreTest {
    private static final Labels STATE = Labels.of("__name__", "ALERTS_FOR_STATE", "alertname", "A", "severity", "page");

    private final FakePorts fake = new FakePorts();

    /// An alert that was active since `activeAt` and last seen at `downAt`, evaluated twice after a restart at
    /// `START`.
    private Instant restored(Duration hold, Instant activeAt, Instant downAt, boolean ended) {
        fake.vector("q", element(1));
        fake.answers.put(
                "ALERTS_FOR_STATE{alertname=\"A\"}[3600000ms]",
                _ -> new QueryResult.Matrix(List.of(new QueryResult.Series(
                        STATE,
                        new long[] {downAt.toEpochMilli()},
                        new double[] {activeAt.getEpochSecond()},
                        new long[0],
                        new FloatHistogram[0]))));
        fake.answers.put(
                "ALERTS_FOR_STATE{alertname=\"A\"}",
                _ -> new QueryResult.Vector(ended ? List.of() : List.of(new QueryResult.Element(STATE, 0, 1, null))));
        RuleGroup group = fake.group(false, spec(alert("A", "q", hold, Duration.ZERO, Map.of("severity", "page"))));
        group.evaluate(START);
        group.evaluate(START.plusSeconds(15));
        assertThat(fake.appended())
                .as("no state is written before it was restored")
                .isEmpty();
        group.restore(
                new ForStateRestore(
                        fake.ports.evaluator(), Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofMinutes(5)),
                START.plusSeconds(15));
        group.evaluate(START.plusSeconds(30));
        assertThat(fake.appended()).isNotEmpty();
        return group.status().rules().getFirst().alerts().getFirst().activeAt();
    }

    @Test
    void anAlertThatWasFiringKeepsItsTime() {
        Instant activeAt = START.minusSeconds(2000);
        assertThat(restored(Duration.ofMinutes(15), activeAt, START.minusSeconds(600), false))
                .isEqualTo(activeAt);
    }

    @Test
    void anAlertThatWasNearlyFiringWaitsForTheGracePeriod() {
        // 13 of 15 minutes were spent before the outage.
        Instant activeAt = START.minusSeconds(600 + 780);
        assertThat(restored(Duration.ofMinutes(15), activeAt, START.minusSeconds(600), false))
                .isEqualTo(START.plusSeconds(15).plusSeconds(600).minusSeconds(900));
    }

    @Test
    void theOutageCountsAsNoTimeSpentWaiting() {
        Instant activeAt = START.minusSeconds(1200);
        assertThat(restored(Duration.ofHours(1), activeAt, START.minusSeconds(600), false))
                .isEqualTo(activeAt.plusSeconds(615));
    }

    @Test
    void anAlertThatHadEndedBeforeTheOutageStartsAnew() {
        assertThat(restored(Duration.ofHours(1), START.minusSeconds(1200), START.minusSeconds(600), true))
                .isEqualTo(START);
    }

    @Test
    void aShortWaitIsNotRestored() {
        assertThat(restored(Duration.ofMinutes(5), START.minusSeconds(1200), START.minusSeconds(600), false))
                .isEqualTo(START);
    }
}
