package io.pharos.notifier;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.port.Notifier.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CourierTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries webhook(String more) {
        return new Deliveries("webhook_configs:\n- url: " + service.url() + "/hook\n" + more.indent(2));
    }

    @Test
    void aWebhookIsSentTheWholeNotification() {
        try (var deliveries = webhook("")) {
            assertThat(deliveries.deliver("webhook", firing("a"), resolved("b")))
                    .isEqualTo(new Outcome.Delivered(Map.of()));
        }

        FakeService.Received request = service.only();
        assertThat(request.method() + " " + request.uri()).isEqualTo("POST /hook");
        assertThat(request.header("User-Agent")).isEqualTo("Alertmanager/0.34.0");
        assertThat(request.header("Content-Type")).isEqualTo("application/json");
        JsonNode body = request.json();
        assertThat(body.path("status").asString()).isEqualTo("firing");
        assertThat(body.path("receiver").asString()).isEqualTo("team");
        assertThat(body.path("groupKey").asString()).isEqualTo("{}:{alertname=\"Down\"}");
        assertThat(body.path("version").asString()).isEqualTo("4");
        assertThat(body.path("routeLabels").toString()).isEqualTo("{\"owner\":\"db\"}");
        assertThat(body.path("commonLabels").toString()).isEqualTo("{\"alertname\":\"Down\",\"severity\":\"page\"}");
        assertThat(body.path("alerts").path(0).path("endsAt").asString()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(body.path("alerts").path(1).path("endsAt").asString()).isEqualTo("2026-03-04T05:06:02.089Z");
        assertThat(body.path("alerts").path(1).path("status").asString()).isEqualTo("resolved");
        assertThat(body.path("alerts").path(0).path("fingerprint").asString()).hasSize(16);
    }

    @Test
    void maxAlertsCutsTheAlertsBeforeTheRestIsWorkedOut() {
        try (var deliveries = webhook("max_alerts: 1")) {
            deliveries.deliver("webhook", resolved("b"), firing("a"));
        }

        JsonNode body = service.only().json();
        assertThat(body.path("alerts")).hasSize(1);
        assertThat(body.path("status").asString()).isEqualTo("resolved");
        assertThat(body.path("truncatedAlerts").asInt()).isEqualTo(1);
        assertThat(body.path("commonLabels").path("instance").asString()).isEqualTo("b");
    }

    @Test
    void aPayloadOfOnesOwnIsRenderedAndReadAgain() {
        String payload =
                "payload:\n  title: '{{ .Status }}'\n  count: '{{ len .Alerts }}'\n  yes: '{{ .CommonLabels | toJson }}'\n"
                        + "  labels: '{{ .CommonLabels | toJson }}'\n  list: ['{{ .Receiver }}', 1, true]\n  none: ''\n  pair: 'a: b'";
        try (var deliveries = webhook(payload)) {
            deliveries.deliver("webhook", firing("a"));
        }

        assertThat(service.only().body())
                .isEqualTo(
                        "{\"title\":\"firing\",\"count\":1,\"labels\":{\"alertname\":\"Down\",\"instance\":\"a\",\"severity\":\"page\"},"
                                + "\"list\":[\"team\",1,true],\"none\":null,\"pair\":{\"a\":\"b\"}}");
    }

    @Test
    void serverErrorsAreTriedAgainWithGrowingWaits() {
        service.answer(500, "oops").answer(503, "").answer(502, "");
        try (var deliveries = webhook("")) {
            assertThat(deliveries.deliver("webhook", firing("a"))).isInstanceOf(Outcome.Delivered.class);

            assertThat(deliveries.waits).hasSize(3);
            assertThat(deliveries.waits.getFirst()).isBetween(Duration.ofMillis(250), Duration.ofMillis(750));
            assertThat(deliveries.waits.get(2)).isBetween(Duration.ofMillis(560), Duration.ofMillis(1690));
            assertThat(deliveries.count("alertmanager_notification_requests_total", "integration", "webhook"))
                    .isEqualTo(4);
            assertThat(deliveries.count("alertmanager_notification_requests_failed_total", "integration", "webhook"))
                    .isEqualTo(3);
        }
    }

    @Test
    void clientErrorsAreNotTriedAgain() {
        service.answer(404, "nothing here");
        try (var deliveries = webhook("")) {
            assertThat(deliveries.deliver("webhook", firing("a")))
                    .isEqualTo(new Outcome.Refused(
                            "team/webhook[0]: notify retry canceled due to unrecoverable error after 1 attempts: "
                                    + "unexpected status code 404: nothing here"));
            assertThat(deliveries.count(
                            "alertmanager_notifications_failed_total",
                            "integration",
                            "webhook",
                            "reason",
                            "clientError"))
                    .isEqualTo(1);
        }
    }

    @Test
    void theDeadlineEndsTheAttempts() {
        for (int i = 0; i < 50; i++) {
            service.answer(500, "");
        }
        try (var deliveries = webhook("")) {
            Outcome outcome = deliveries.deliver("webhook", firing("a"));

            assertThat(outcome).isInstanceOfSatisfying(Outcome.GaveUp.class, gaveUp -> {
                assertThat(gaveUp.attempts()).isBetween(5, 12);
                assertThat(gaveUp.lastError()).contains("unexpected status code 500");
            });
        }
    }

    @Test
    void oneIdIsDeliveredOnce() {
        try (var deliveries = webhook("")) {
            var notification = deliveries.notification("webhook", Map.of(), firing("a"));

            assertThat(deliveries.courier().deliver(notification))
                    .isEqualTo(deliveries.courier().deliver(notification));
        }

        assertThat(service.received()).hasSize(1);
    }

    @Test
    void anUnreachableServiceIsNamedWithoutItsUrl() {
        service.close();
        try (var deliveries = webhook("")) {
            assertThat(deliveries.deliver("webhook", firing("a")))
                    .isInstanceOfSatisfying(Outcome.GaveUp.class, gaveUp -> assertThat(gaveUp.lastError())
                            .doesNotContain("/hook")
                            .contains("redacted"));
        }
    }

    @Test
    void theUrlMayBeATemplateInAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("url");
        Files.writeString(file, "  " + service.url() + "/{{ .GroupLabels.alertname }}/{{ .Status }}\n");
        try (var deliveries = new Deliveries("webhook_configs:\n- url_file: " + file)) {
            deliveries.deliver("webhook", firing("a"));
            Files.delete(file);
            assertThat(deliveries.deliver("webhook", firing("a"))).isInstanceOf(Outcome.Refused.class);
        }

        assertThat(service.only().uri()).isEqualTo("/Down/firing");
    }

    @Test
    void credentialsOfTheConfigurationAreSent() {
        try (var deliveries = webhook("http_config: {basic_auth: {username: u, password: p}}")) {
            deliveries.deliver("webhook", firing("a"));
        }

        assertThat(service.only().header("Authorization")).isEqualTo("Basic dTpw");
    }

    @Test
    void aReloadReplacesTheReceivers() {
        try (var deliveries = webhook("");
                var other = new FakeService()) {
            deliveries.load("", "webhook_configs:\n- url: " + other.url() + "/new");
            deliveries.deliver("webhook", firing("a"));

            assertThat(other.only().uri()).isEqualTo("/new");
        }
        assertThat(service.received()).isEmpty();
    }

    @Test
    void templatesThatDoNotParseKeepTheOldConfiguration(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("broken.tmpl");
        Files.writeString(file, "{{ define \"x\" }}{{ .Foo ");
        try (var deliveries = webhook("")) {
            assertThatThrownBy(() -> deliveries.load(
                            "templates: ['" + folder + "/*.tmpl']", "webhook_configs:\n- url: http://127.0.0.1:1/"))
                    .hasMessage("failed to parse templates: template: broken.tmpl:1: unclosed action");
            deliveries.deliver("webhook", firing("a"));
        }

        assertThat(service.only().uri()).isEqualTo("/hook");
    }

    @Test
    void aTemplateThatFailsIsNotTriedAgain() {
        try (var deliveries =
                new Deliveries("discord_configs:\n- webhook_url: " + service.url() + "\n  title: '{{ .Nope }}'")) {
            assertThat(deliveries.deliver("discord", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .contains("can't evaluate field Nope in type *template.Data"));
        }
    }
}
