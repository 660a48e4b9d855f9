package io.pharos.rule.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationSlotsTest {
    @Test
    void aSlotLiesLessThanAnIntervalBeforeNowAndOnTheGroupsOffset() {
        var random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            var interval = Duration.ofMillis(1 + random.nextInt(3_600_000));
            var slots = EvaluationSlots.of("f" + i, "g", interval);
            Instant now =
                    Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000), random.nextInt(999_999_999));
            Instant slot = slots.at(now);
            assertThat(Duration.between(slot, now)).isBetween(Duration.ZERO, interval.minusNanos(1));
            assertThat(slots.at(slot)).isEqualTo(slot);
            assertThat(slots.at(slot.plus(interval))).isEqualTo(slot.plus(interval));
        }
    }

    @Test
    void theOffsetIsThatOfPrometheus() {
        // Seen in activeAt of an alert of Prometheus 3.5.3: …:53.299916497Z.
        assertThat(EvaluationSlots.of("prom/r.yml", "g", Duration.ofSeconds(1)).offsetNs())
                .isEqualTo(299_916_497);
    }

    @Test
    void slowIterationsSkipSlotsAndCountThem() {
        var slots = EvaluationSlots.of("f", "g", Duration.ofSeconds(10));
        Instant last = slots.at(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(slots.after(last, last.plusSeconds(10)))
                .isEqualTo(new EvaluationSlots.Next(last.plusSeconds(10), 0));
        assertThat(slots.after(last, last.plusSeconds(19)))
                .isEqualTo(new EvaluationSlots.Next(last.plusSeconds(10), 0));
        assertThat(slots.after(last, last.plusSeconds(35)))
                .isEqualTo(new EvaluationSlots.Next(last.plusSeconds(30), 2));
    }

    @Test
    void aClockThatWentBackStartsAnew() {
        var slots = EvaluationSlots.of("f", "g", Duration.ofSeconds(10));
        Instant last = slots.at(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(slots.after(last, last.minusSeconds(3600)))
                .isEqualTo(new EvaluationSlots.Next(last.minusSeconds(3600), 0));
    }
}
