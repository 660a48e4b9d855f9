package io.pharos.notifier.receiver.pagerduty;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PagerdutySenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries pagerduty(String more) {
        return new Deliveries(
                "pagerduty_configs:\n- url: " + service.url() + "/v2\n  routing_key: key\n" + more.indent(2));
    }

    @Test
    void firingTriggersAndResolvedResolves() {
        service.answer(202, "{}").answer(202, "{}");
        try (var deliveries = pagerduty(
                "severity: '{{ .CommonLabels.severity }}'\nimages: [{src: '', alt: a}, {src: 'http://i'}]\ndetails: {own: {deep: '{{ len .Alerts }}'}}")) {
            deliveries.deliver("pagerduty", firing("a"));
            deliveries.deliver("pagerduty", resolved("a"));
        }

        JsonNode event = service.received().getFirst().json();
        assertThat(event.path("routing_key").asString()).isEqualTo("key");
        assertThat(event.path("event_action").asString()).isEqualTo("trigger");
        assertThat(event.path("dedup_key").asString()).hasSize(64);
        assertThat(event.path("client").asString()).isEqualTo("Alertmanager");
        assertThat(event.path("images")).hasSize(1);
        JsonNode payload = event.path("payload");
        assertThat(payload.path("summary").asString()).isEqualTo("[FIRING:1] Down (a page)");
        assertThat(payload.path("source").asString()).isEqualTo("Alertmanager");
        assertThat(payload.path("severity").asString()).isEqualTo("page");
        JsonNode details = payload.path("custom_details");
        assertThat(details.path("num_firing").asInt()).isEqualTo(1);
        assertThat(details.path("resolved").toString()).isEqualTo("[]");
        assertThat(details.path("firing")
                        .path(0)
                        .path("labels")
                        .path("instance")
                        .asString())
                .isEqualTo("a");
        assertThat(details.path("own").path("deep").asInt()).isEqualTo(1);
        JsonNode second = service.received().get(1).json();
        assertThat(second.path("event_action").asString()).isEqualTo("resolve");
        assertThat(second.path("dedup_key")).isEqualTo(event.path("dedup_key"));
    }

    @Test
    void aBadEventIsExplainedAndTooManyAreTriedAgain() {
        service.answer(400, "{\"message\":\"Event object is invalid\",\"errors\":[\"a\",\"b\"]}")
                .answer(429, "")
                .answer(202, "{}");
        try (var deliveries = pagerduty("")) {
            assertThat(deliveries.deliver("pagerduty", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .endsWith("unexpected status code 400: Event object is invalid: a,b"));
            assertThat(deliveries.deliver("pagerduty", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }
    }

    @Test
    void aHugeEventLosesItsDetails() {
        try (var deliveries = pagerduty("details: {big: '{{ range 60000 }}0123456789{{ end }}x'}")) {
            deliveries.deliver("pagerduty", firing("a"));
        }

        assertThat(service.only().json().path("payload").path("custom_details").toString())
                .startsWith("{\"error\":\"Custom details have been removed");
    }

    @Test
    void anEmptyKeyIsRefused() {
        try (var deliveries = new Deliveries("pagerduty_configs:\n- routing_key: '{{ .CommonLabels.none }}'")) {
            assertThat(deliveries.deliver("pagerduty", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .endsWith("routing key cannot be empty"));
        }
    }
}
