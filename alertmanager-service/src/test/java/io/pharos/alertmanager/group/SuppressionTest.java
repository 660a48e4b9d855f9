package io.pharos.alertmanager.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alertmanager.mute.Muting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuppressionTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final Muting.Mark CLEAR = new Muting.Mark(List.of(), List.of());
    private static final Muting.Mark SILENCED = new Muting.Mark(List.of("a", "b"), List.of());

    @Test
    void whatStaysAsItWasIsNoEvent() {
        assertThat(Suppression.changes(Map.of(), Map.of(1L, CLEAR), List.of(), List.of(), NOW))
                .isEmpty();
        assertThat(Suppression.changes(Map.of(1L, SILENCED), Map.of(1L, SILENCED), List.of("x"), List.of("x"), NOW))
                .isEmpty();
    }

    @Test
    void whatBeginsAndEndsIsOneEventForEachAlert() {
        assertThat(Suppression.changes(Map.of(1L, SILENCED), Map.of(1L, CLEAR), List.of(), List.of("night"), NOW))
                .containsExactly(
                        new Journal.Event(1, NOW, "no longer silenced", "a, b"),
                        new Journal.Event(1, NOW, "muted", "night"));
        assertThat(Suppression.changes(
                        Map.of(), Map.of(2L, new Muting.Mark(List.of(), List.of("f"))), List.of(), List.of(), NOW))
                .containsExactly(new Journal.Event(2, NOW, "inhibited", "f"));
    }
}
