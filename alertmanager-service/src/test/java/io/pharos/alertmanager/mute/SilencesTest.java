package io.pharos.alertmanager.mute;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SilencesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private int made;
    private final Silences silences = silences(Silences.Limits.NONE);

    @Test
    void changingCommentAndEndKeepsTheIdAndChangingMatchersReplaces() {
        String id = stored(silences.set(silence("", "a", "b", NOW, NOW.plusSeconds(60)), NOW));
        Instant later = NOW.plusSeconds(5);
        assertThat(stored(silences.set(silence(id, "a", "b", NOW, NOW.plusSeconds(90)), later)))
                .isEqualTo(id);
        String other = stored(silences.set(silence(id, "a", "c", NOW, NOW.plusSeconds(90)), later));
        assertThat(other).isNotEqualTo(id);
        assertThat(silences.find(id).orElseThrow().stateAt(later)).isEqualTo(Silence.State.EXPIRED);
        assertThat(silences.find(other).orElseThrow().startsAt()).isEqualTo(later);
        assertThat(silences.covering(Labels.of("a", "c"), later)).containsExactly(other);
    }

    @Test
    void movingTheStartOfAnActiveOneReplacesAndOfAPendingOneDoesNot() {
        String active = stored(silences.set(silence("", "a", "b", NOW, NOW.plusSeconds(60)), NOW));
        assertThat(stored(silences.set(silence(active, "a", "b", NOW.plusSeconds(9), NOW.plusSeconds(60)), NOW)))
                .isNotEqualTo(active);
        String pending = stored(silences.set(silence("", "x", "b", NOW.plusSeconds(20), NOW.plusSeconds(60)), NOW));
        assertThat(stored(silences.set(silence(pending, "x", "b", NOW.plusSeconds(30), NOW.plusSeconds(60)), NOW)))
                .isEqualTo(pending);
    }

    @Test
    void expiringEndsNowAndTwiceIsFine() {
        String id = stored(silences.set(silence("", "a", "b", NOW.plusSeconds(20), NOW.plusSeconds(60)), NOW));
        silences.expire(id, NOW.plusSeconds(1));
        Silence ended = silences.find(id).orElseThrow();
        assertThat(ended.startsAt()).isEqualTo(NOW.plusSeconds(1)).isEqualTo(ended.endsAt());
        assertThat(((Silences.Result.Stored) silences.expire(id, NOW.plusSeconds(2))).changed())
                .isEmpty();
        assertThat(silences.expire("none", NOW)).isInstanceOf(Silences.Result.NotFound.class);
        assertThat(silences.set(silence("none", "a", "b", NOW, NOW.plusSeconds(1)), NOW))
                .isInstanceOf(Silences.Result.NotFound.class);
    }

    @Test
    void oneThatWouldCoverEverythingIsRefused() {
        var empty =
                new Silence("", List.of(AlertMatcher.regex("a", ".*")), NOW, NOW.plusSeconds(1), NOW, "", "", Map.of());
        assertThat(silences.set(empty, NOW))
                .isEqualTo(new Silences.Result.Invalid(
                        "invalid silence: matcher set 0: at least one matcher must not match the empty string"));
    }

    @Test
    void limitsCountExpiredOnesAndMeasureSize() {
        Silences few = silences(new Silences.Limits(1, 0));
        String id = stored(few.set(silence("", "a", "b", NOW, NOW.plusSeconds(60)), NOW));
        few.expire(id, NOW);
        assertThat(few.set(silence("", "a", "b", NOW, NOW.plusSeconds(60)), NOW))
                .isEqualTo(new Silences.Result.Invalid("exceeded maximum number of silences: 1 (limit: 1)"));
        assertThat(silences(new Silences.Limits(0, 10)).set(silence("", "a", "b", NOW, NOW.plusSeconds(60)), NOW))
                .isInstanceOfSatisfying(Silences.Result.Invalid.class, invalid -> assertThat(invalid.why())
                        .startsWith("silence exceeded maximum size: "));
    }

    @Test
    void theLaterUpdateWinsWhateverTheOrderOfArrival() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            Silences one = silences(Silences.Limits.NONE);
            Silences two = silences(Silences.Limits.NONE);
            var versions = new java.util.ArrayList<Silence>();
            for (int i = 0; i < 6; i++) {
                versions.add(silence("id" + random.nextInt(2), "a", "v" + i, NOW, NOW.plusSeconds(60 + i))
                        .withTimes(NOW, NOW.plusSeconds(60), NOW.plusSeconds(random.nextInt(1000))));
            }
            versions.forEach(version -> one.merge(version, NOW));
            java.util.Collections.shuffle(versions, random);
            versions.forEach(version -> two.merge(version, NOW));
            assertThat(two.all().stream().map(Silence::updatedAt).sorted().toList())
                    .as("seed " + seed)
                    .isEqualTo(
                            one.all().stream().map(Silence::updatedAt).sorted().toList());
        }
    }

    @Test
    void theCodecKeepsEverythingAndRefusesDamage() {
        var silence = new Silence(
                "id",
                List.of(AlertMatcher.regex("Σ x", "ü.*"), AlertMatcher.equal("b", "")),
                NOW.plusNanos(123456789),
                NOW.plusSeconds(60),
                NOW,
                "me",
                "line\nü 🙂",
                Map.of("k", "v"));
        byte[] bytes = SilenceCodec.encode(silence);
        assertThat(SilenceCodec.decode(bytes)).isEqualTo(silence);
        for (int cut = 0; cut < bytes.length; cut++) {
            byte[] part = java.util.Arrays.copyOf(bytes, cut);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> SilenceCodec.decode(part))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Silences silences(Silences.Limits limits) {
        return new Silences(limits, Duration.ofHours(120), () -> "id-" + ++made);
    }

    private static Silence silence(String id, String name, String value, Instant start, Instant end) {
        return new Silence(id, List.of(AlertMatcher.equal(name, value)), start, end, NOW, "me", "c", Map.of());
    }

    private static String stored(Silences.Result result) {
        return ((Silences.Result.Stored) result).id();
    }
}
