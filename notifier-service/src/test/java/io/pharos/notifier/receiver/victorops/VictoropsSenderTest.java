package io.pharos.notifier.receiver.victorops;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class VictoropsSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void theKindOfMessageFollowsTheStatus() {
        String yaml = "victorops_configs:\n- api_url: " + service.url()
                + "/x\n  api_key: key\n  routing_key: 'r {{ .Status }}'\n"
                + "  message_type: '{{ .CommonLabels.severity }}'\n  custom_fields: {team: '{{ .Receiver }}'}";
        try (var deliveries = new Deliveries(yaml)) {
            assertThat(deliveries.deliver("victorops", firing("a"))).isInstanceOf(Outcome.Delivered.class);
            deliveries.deliver("victorops", resolved("a"));
        }

        assertThat(service.received().getFirst().uri()).isEqualTo("/x/key/r%20firing");
        JsonNode body = service.received().getFirst().json();
        assertThat(body.path("message_type").asString()).isEqualTo("CRITICAL");
        assertThat(body.path("team").asString()).isEqualTo("team");
        assertThat(body.path("entity_id").asString()).hasSize(64);
        assertThat(body.path("monitoring_tool").asString()).isEqualTo("Alertmanager");
        assertThat(service.received().get(1).json().path("message_type").asString())
                .isEqualTo("RECOVERY");
    }
}
