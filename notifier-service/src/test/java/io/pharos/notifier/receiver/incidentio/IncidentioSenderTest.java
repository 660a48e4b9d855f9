package io.pharos.notifier.receiver.incidentio;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class IncidentioSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void theBodyIsAWebhooksWithAnotherVersion() {
        service.answer(429, "").answer(202, "");
        try (var deliveries = new Deliveries(
                "incidentio_configs:\n- {url: '" + service.url() + "', alert_source_token: tok, max_alerts: 1}")) {
            assertThat(deliveries.deliver("incidentio", firing("a"), resolved("b")))
                    .isInstanceOf(Outcome.Delivered.class);
        }

        FakeService.Received request = service.received().get(1);
        assertThat(request.header("Authorization")).isEqualTo("Bearer tok");
        JsonNode body = request.json();
        assertThat(body.path("version").asString()).isEqualTo("1");
        assertThat(body.path("alerts")).hasSize(1);
        assertThat(body.path("truncatedAlerts").asInt()).isEqualTo(1);
    }

    @Test
    void aTokenFileThatIsMissingRefusesTheConfiguration() {
        assertThatThrownBy(() -> new Deliveries(
                        "incidentio_configs:\n- {url: 'http://x', alert_source_token_file: /none/token}"))
                .hasMessageContaining("failed to read alert_source_token_file: could not read /none/token");
    }
}
