package io.pharos.notifier.receiver.webhook;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class WebhookSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries webhook(String more) {
        return new Deliveries("webhook_configs:\n- url: " + service.url() + "/hook\n" + more.indent(2));
    }

    @Test
    void theBodyTellsTheWholeGroup() {
        service.answer(200, "");
        try (var deliveries = webhook("")) {
            assertThat(deliveries.deliver("webhook", firing("a"), resolved("b")))
                    .isInstanceOf(Outcome.Delivered.class);
        }

        JsonNode body = service.received().getFirst().json();
        assertThat(body.path("version").asString()).isEqualTo("4");
        assertThat(body.path("status").asString()).isEqualTo("firing");
        assertThat(body.path("groupKey").asString()).isEqualTo("{}:{alertname=\"Down\"}");
        assertThat(body.path("notification_reason").asString()).isEqualTo("first notification");
        assertThat(body.path("routeLabels").path("owner").asString()).isEqualTo("db");
        assertThat(body.path("alerts").path(0).path("endsAt").asString()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(body.path("alerts").path(1).path("status").asString()).isEqualTo("resolved");
        assertThat(body.path("commonLabels").has("instance")).isFalse();
        assertThat(body.path("truncatedAlerts").asInt()).isZero();
    }

    @Test
    void whatIsCutOffCountsNeitherForStatusNorForCommonLabels() {
        service.answer(200, "");
        try (var deliveries = webhook("max_alerts: 1")) {
            deliveries.deliver("webhook", resolved("a"), firing("b"));
        }

        JsonNode body = service.received().getFirst().json();
        assertThat(body.path("truncatedAlerts").asInt()).isEqualTo(1);
        assertThat(body.path("status").asString()).isEqualTo("resolved");
        assertThat(body.path("commonLabels").path("instance").asString()).isEqualTo("a");
    }

    @Test
    void theUrlIsReadFromItsFileAtEveryNotificationAndIsATemplate(@TempDir Path folder) throws IOException {
        service.answer(200, "").answer(200, "");
        Path file = folder.resolve("url");
        Files.writeString(file, " " + service.url() + "/one/{{ .Status }}\n");
        try (var deliveries = new Deliveries("webhook_configs:\n- url_file: " + file)) {
            deliveries.deliver("webhook", firing("a"));
            Files.writeString(file, service.url() + "/two");
            deliveries.deliver("webhook", firing("a"));
        }

        assertThat(service.received()).extracting(FakeService.Received::uri).containsExactly("/one/firing", "/two");
    }

    @Test
    void anEmptyUrlIsRefused() {
        try (var deliveries = new Deliveries("webhook_configs:\n- url: '{{ .CommonLabels.none }}'")) {
            assertThat(deliveries.deliver("webhook", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .contains("webhook URL is empty after templating"));
        }
    }

    /// What Go's reader of YAML 1.1 makes of a string that a template printed, as observed with Alertmanager.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5|5",
                "1_000|1000",
                "0x1F|31",
                "010|8",
                "0b11|3",
                "1.50|1.5",
                "1e3|1000",
                "1e400|\"1e400\"",
                "yes|true",
                "off|false",
                "~|null",
                "!!int '5'|5",
                "!!null ''|null",
                "!!str 5|\"!!str 5\"",
                "%x|\"%x\"",
                "'[1, two]'|\"'[1, two]'\"",
                "[1, two]|[1,\"two\"]",
                "{a: b}|{\"a\":\"b\"}",
                "{<<: {a: b}, c: d}|{\"a\":\"b\",\"c\":\"d\"}",
                "{1: a, b: c}|{\"b\":\"c\"}",
                "2020-01-01|\"2020-01-01\"",
                "[|\"[\"",
                "a: b: c|\"a: b: c\"",
                "[yes, '5']|[true,\"5\"]"
            })
    void payloadsAreRenderedAndReadAgain(String text, String json) {
        service.answer(200, "");
        try (var deliveries = webhook("payload:\n  v: " + quoted(text))) {
            assertThat(deliveries.deliver("webhook", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(service.received().getFirst().json().path("v")).hasToString(json);
    }

    @Test
    void ofSeveralDocumentsTheFirstCounts() {
        service.answer(200, "");
        try (var deliveries = webhook("payload:\n  v: \"5\\n---\\n6\"")) {
            deliveries.deliver("webhook", firing("a"));
        }

        assertThat(service.received().getFirst().json().path("v").asInt()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {".nan", ".inf", "-.Inf"})
    void numbersThatJsonHasNotAreRefused(String text) {
        try (var deliveries = webhook("payload:\n  v: " + quoted(text))) {
            assertThat(deliveries.deliver("webhook", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .contains("json: unsupported value: "));
        }
        assertThat(service.received()).isEmpty();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
