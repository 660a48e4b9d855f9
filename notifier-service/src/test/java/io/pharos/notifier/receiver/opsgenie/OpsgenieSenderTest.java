package io.pharos.notifier.receiver.opsgenie;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpsgenieSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void alertsAreMadeUpdatedAndClosed() {
        String yaml = "opsgenie_configs:\n- api_url: " + service.url() + "\n  api_key: key\n  update_alerts: true\n"
                + "  tags: 'a, b,,c'\n  details: {severity: own, more: '{{ .Status }}'}\n"
                + "  responders: [{name: 't1,t2', type: teams}, {username: me, type: user}, {name: '{{ .CommonLabels.none }}', type: '{{ .CommonLabels.none }}'}]";
        try (var deliveries = new Deliveries(yaml)) {
            deliveries.deliver("opsgenie", firing("a"));
            deliveries.deliver("opsgenie", resolved("a"));
        }

        String hash = service.received().getFirst().json().path("alias").asString();
        assertThat(service.received())
                .extracting(r -> r.method() + " " + r.uri())
                .containsExactly(
                        "POST /v2/alerts",
                        "PUT /v2/alerts/" + hash + "/message?identifierType=alias",
                        "PUT /v2/alerts/" + hash + "/description?identifierType=alias",
                        "POST /v2/alerts/" + hash + "/close?identifierType=alias");
        FakeService.Received made = service.received().getFirst();
        assertThat(made.header("Authorization")).isEqualTo("GenieKey key");
        JsonNode body = made.json();
        assertThat(body.path("details").toString())
                .isEqualTo("{\"alertname\":\"Down\",\"instance\":\"a\",\"more\":\"firing\",\"severity\":\"own\"}");
        assertThat(body.path("tags").toString()).isEqualTo("[\"a\",\" b\",\"c\"]");
        assertThat(body.path("responders").toString())
                .isEqualTo(
                        "[{\"name\":\"t1\",\"type\":\"team\"},{\"name\":\"t2\",\"type\":\"team\"},{\"username\":\"me\",\"type\":\"user\"}]");
    }

    @Test
    void tooManyRequestsAreTriedAgain() {
        service.answer(429, "").answer(202, "{}");
        try (var deliveries = new Deliveries("opsgenie_configs:\n- {api_url: '" + service.url() + "', api_key: k}")) {
            assertThat(deliveries.deliver("opsgenie", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(service.received()).hasSize(2);
        JsonNode second = service.received().get(1).json();
        assertThat(second.path("message").asString()).isEqualTo("[FIRING:1] Down (a page)");
    }
}
