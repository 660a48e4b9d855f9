package io.pharos.alertmanager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.alertmanager.group.Journal;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.Annotations;
import io.pharos.model.labels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final Alert ALERT = new Alert(
            Labels.of("alertname", "A", "Σ", "ü"),
            Annotations.of(Map.of("empty", "", "s", "x")),
            NOW,
            NOW.plusSeconds(60),
            NOW,
            "http://g",
            true);
    private static final NotificationLog.Key KEY = new NotificationLog.Key("{}:{}", "team", "webhook", 0);

    @TempDir
    Path folder;

    @Test
    void everythingComesBackAfterAnOrderlyStop() {
        var silence = new Silence(
                "id",
                List.of(AlertMatcher.regex("a", "b.*")),
                NOW,
                NOW.plusSeconds(9),
                NOW,
                "me",
                "c",
                Map.of("k", "v"));
        var entry = new NotificationLog.Entry(
                KEY, NOW, Set.of(1L, -2L), Set.of(3L), Map.of("ts", "1"), NOW.plusSeconds(99));
        try (StateStore store = StateStore.open(folder)) {
            assertThat(store.found().orderly()).isTrue();
            store.alerts(List.of(ALERT), List.of(), List.of(new Journal.Event(ALERT.fingerprint(), NOW, "firing", "")));
            store.silences(List.of(silence));
            store.notified(entry);
            store.delivery(new Journal.Delivery(
                    NOW,
                    KEY,
                    "first notification",
                    List.of(ALERT.fingerprint()),
                    List.of(),
                    "delivered",
                    "",
                    Duration.ofMillis(12)));
        }
        try (StateStore store = StateStore.open(folder)) {
            assertThat(store.found().orderly()).isTrue();
            assertThat(store.found().alerts()).containsExactly(ALERT);
            assertThat(store.found().silences()).containsExactly(silence);
            assertThat(store.found().entries()).containsExactly(entry);
            assertThat(store.deliveries(10)).singleElement().satisfies(delivery -> {
                assertThat(delivery.latency()).isEqualTo(Duration.ofMillis(12));
                assertThat(delivery.to()).isEqualTo(KEY);
            });
            assertThat(store.events(ALERT.fingerprint()))
                    .extracting(Journal.Event::what)
                    .containsExactly("firing", "notified");
            store.forgotten(List.of(ALERT));
            store.forgotten(List.of("id"), List.of(KEY));
            store.collectHistory(NOW.plusSeconds(1));
            assertThat(store.deliveries(10)).isEmpty();
            assertThat(store.events(ALERT.fingerprint())).isEmpty();
        }
        try (StateStore store = StateStore.open(folder)) {
            assertThat(store.found().alerts()).isEmpty();
            assertThat(store.found().silences()).isEmpty();
            assertThat(store.found().entries()).isEmpty();
        }
    }

    @Test
    void timesThatMovedBelongToTheAlertUntilItIsWrittenAnew() {
        long fingerprint = ALERT.fingerprint();
        Instant later = NOW.plusSeconds(15);
        Alert moved = at(later);
        Alert anew = at(NOW.plusSeconds(30));
        try (StateStore store = StateStore.open(folder)) {
            store.alerts(List.of(ALERT), List.of(), List.of());
            store.alerts(List.of(), List.of(new Journal.Moved(fingerprint, moved.endsAt(), later, false)), List.of());
        }
        try (StateStore store = StateStore.open(folder)) {
            assertThat(store.found().alerts()).containsExactly(moved);
            store.alerts(List.of(anew), List.of(), List.of());
        }
        try (StateStore store = StateStore.open(folder)) {
            assertThat(store.found().alerts()).containsExactly(anew);
            store.forgotten(List.of(anew));
            store.alerts(List.of(ALERT), List.of(), List.of());
        }
        try (StateStore store = StateStore.open(folder)) {
            assertThat(store.found().alerts()).containsExactly(ALERT);
        }
    }

    private static Alert at(Instant updated) {
        return new Alert(
                ALERT.labels(),
                ALERT.annotations(),
                ALERT.startsAt(),
                updated.plusSeconds(60),
                updated,
                ALERT.generatorUrl(),
                false);
    }

    @Test
    void whatWasWrittenSurvivesAKilledProcess() throws IOException {
        Path copy = folder.resolve("copy");
        try (StateStore store = StateStore.open(folder.resolve("live"))) {
            store.alerts(List.of(ALERT), List.of(), List.of());
            // The files as a killed process leaves them.
            Path live = folder.resolve("live/state");
            Files.createDirectories(copy.resolve("state"));
            try (var files = Files.list(live)) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve("state").resolve(file.getFileName()));
                }
            }
        }
        try (StateStore store = StateStore.open(copy)) {
            assertThat(store.found().orderly()).isFalse();
            assertThat(store.found().alerts()).containsExactly(ALERT);
        }
    }

    @Test
    void aFolderInUseIsRefusedWithAdvice() {
        try (StateStore store = StateStore.open(folder)) {
            assertThat(store.found().alerts()).isEmpty();
            assertThatThrownBy(() -> StateStore.open(folder)).hasMessageContaining("--storage.path");
        }
    }
}
