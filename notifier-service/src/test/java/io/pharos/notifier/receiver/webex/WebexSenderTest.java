package io.pharos.notifier.receiver.webex;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WebexSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void theMessageIsCutToBytes() {
        String yaml = "webex_configs:\n- {api_url: '" + service.url()
                + "', room_id: 'r-{{ .Status }}', message: '{{ range 8000 }}é{{ end }}', http_config: {authorization: {credentials: tok}}}";
        try (var deliveries = new Deliveries(yaml)) {
            assertThat(deliveries.deliver("webex", firing("a"))).isInstanceOf(Outcome.Delivered.class);
            deliveries.deliver("webex", resolved("a"));
        }

        FakeService.Received request = service.received().getFirst();
        assertThat(request.header("Authorization")).isEqualTo("Bearer tok");
        JsonNode body = request.json();
        assertThat(body.path("roomId").asString()).isEqualTo("r-firing");
        assertThat(body.path("markdown").asString().getBytes(StandardCharsets.UTF_8))
                .hasSize(7439);
    }
}
