package io.pharos.alertmanager.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.alert.Alert;
import io.pharos.model.alert.Annotations;
import io.pharos.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class PostedAlertsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00.123456789Z");
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String[] PIECES = {"a", "B9", "_", "é", "日本", "\"", "\\", "\n", "\t", "<&>", "\u001f", " ", "/"
    };

    private static Optional<List<Alert>> read(String body) {
        return PostedAlerts.read(body.getBytes(StandardCharsets.UTF_8), NOW, TIMEOUT);
    }

    @Test
    void whatSendersWriteIsReadAsItWasMeant() {
        var random = new Random(20261125);
        for (int round = 0; round < 500; round++) {
            var sent = new ArrayList<Map<String, Object>>();
            var meant = new ArrayList<Alert>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                Map<String, String> labels = pairs(random, 1);
                Map<String, String> annotations = pairs(random, 0);
                Instant starts = NOW.minusMillis(random.nextInt(1_000_000));
                Instant ends = NOW.plusMillis(random.nextInt(1_000_000));
                var json = new LinkedHashMap<String, Object>();
                json.put("endsAt", DateTimeFormatter.ISO_INSTANT.format(ends));
                json.put("annotations", annotations);
                json.put(
                        "startsAt",
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                starts.atOffset(ZoneOffset.ofHoursMinutes(5, 45))));
                json.put("labels", labels);
                boolean linked = random.nextBoolean();
                if (linked) {
                    json.put("generatorURL", "http://prometheus:9090/graph?g0.expr=up&g0.tab=1");
                }
                sent.add(json);
                meant.add(new Alert(
                        Labels.of(labels),
                        Annotations.of(annotations),
                        starts,
                        ends,
                        NOW,
                        linked ? "http://prometheus:9090/graph?g0.expr=up&g0.tab=1" : "",
                        false));
            }
            String body = round % 2 == 0
                    ? JSON.writeValueAsString(sent)
                    : JSON.writerWithDefaultPrettyPrinter()
                            .writeValueAsString(sent)
                            .replace("&", "\\u0026");
            assertThat(read(body)).as(body).contains(meant);
        }
    }

    private static Map<String, String> pairs(Random random, int atLeast) {
        var names = new ArrayList<>(List.of("alertname", "job", "instance", "_x", "Zone", "a1"));
        Collections.shuffle(names, random);
        var pairs = new LinkedHashMap<String, String>();
        for (int n = atLeast + random.nextInt(5); n > 0; n--) {
            var value = new StringBuilder("v");
            for (int i = random.nextInt(6); i > 0; i--) {
                value.append(PIECES[random.nextInt(PIECES.length)]);
            }
            pairs.put(names.get(n), value.toString());
        }
        return pairs;
    }

    @Test
    void missingTimesAreFilledIn() {
        assertThat(read("[{\"labels\":{\"a\":\"b\"}}]").orElseThrow())
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.startsAt()).isEqualTo(NOW);
                    assertThat(alert.endsAt()).isEqualTo(NOW.plus(TIMEOUT));
                    assertThat(alert.timedOut()).isTrue();
                });
        assertThat(read("[{\"labels\":{\"a\":\"b\"},\"endsAt\":\"2026-11-25T09:00:00-02:00\"}]")
                        .orElseThrow())
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.startsAt()).isEqualTo("2026-11-25T11:00:00Z");
                    assertThat(alert.timedOut()).isFalse();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[",
                "[{}]",
                "[{\"labels\":{\"a\":\"b\"},\"generatorURL\":\"http://[x\"}]",
                "[{\"labels\":{\"a\":\"b\"},\"generatorURL\":\"http://x/%zz\"}]",
                "[{\"labels\":{}}]",
                "[{\"labels\":{\"a\":\"b\"}}] x",
                "[{\"labels\":{\"a\":\"b\"},}]",
                "[{\"labels\":{\"a\":\"b\",\"a\":\"c\"}}]",
                "[{\"labels\":{\"a\":\"\"}}]",
                "[{\"labels\":{\"a\":null}}]",
                "[{\"labels\":{\"a\":1}}]",
                "[{\"labels\":{\"ü\":\"b\"}}]",
                "[{\"labels\":{\"a\":\"b\"},\"Labels\":{}}]",
                "[{\"labels\":{\"a\":\"b\"},\"unknown\":1}]",
                "[{\"labels\":{\"a\":\"b\"},\"labels\":{\"c\":\"d\"}}]",
                "[{\"labels\":{\"a\":\"b\\ud83d\\ude00\"}}]",
                "[{\"labels\":{\"a\":\"b\\x\"}}]",
                "[{\"labels\":{\"a\":\"b\"},\"generatorURL\":\"not a url\"}]",
                "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"0001-01-01T00:00:00Z\"}]",
                "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-02-30T00:00:00Z\"}]",
                "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-25T00:00:00\"}]",
                "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-25\"}]",
                "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-25T00:00:00Z\",\"endsAt\":\"2026-11-24T00:00:00Z\"}]",
                "[{\"labels\":{\"a\":\"b"
            })
    void whatIsOutOfTheOrdinaryIsLeftToTheOtherReader(String body) {
        assertThat(read(body)).isEmpty();
    }

    @Test
    void bytesThatAreNoUtf8AreLeftToTheOtherReader() {
        byte[] body = "[{\"labels\":{\"a\":\"b?\"}}]".getBytes(StandardCharsets.US_ASCII);
        body[17] = (byte) 0xc3;
        assertThat(PostedAlerts.read(body, NOW, TIMEOUT)).isEmpty();
    }
}
