package io.pharos.notifier.receiver.msteams;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MsteamsSendersTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void connectorsTakeCards() {
        try (var deliveries =
                new Deliveries("msteams_configs:\n- {webhook_url: '" + service.url() + "', text: 't {{ .Status }}'}")) {
            assertThat(deliveries.deliver("msteams", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(service.only().body())
                .isEqualTo(
                        "{\"@context\":\"http://schema.org/extensions\",\"type\":\"MessageCard\","
                                + "\"title\":\"[FIRING:1] Down (a page)\",\"summary\":\"[FIRING:1] Down (a page)\",\"text\":\"t firing\",\"themeColor\":\"8C1A1A\"}");
    }

    @Test
    void flowsTakeAdaptiveCards() {
        try (var deliveries = new Deliveries(
                "msteamsv2_configs:\n- {webhook_url: '" + service.url() + "', text: 't {{ .Status }}'}")) {
            deliveries.deliver("msteamsv2", resolved("a"));
        }

        JsonNode content = service.only().json().path("attachments").path(0).path("content");
        assertThat(content.path("body").path(0).path("color").asString()).isEqualTo("Good");
        assertThat(content.path("body").path(1).path("text").asString()).isEqualTo("t resolved");
        assertThat(content.path("msteams").path("width").asString()).isEqualTo("full");
    }
}
