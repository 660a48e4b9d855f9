package io.pharos.notifier.receiver.mattermost;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MattermostSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void theTextStandsInTheAttachmentUnlessThereAreOthers() {
        String yaml = "mattermost_configs:\n- webhook_url: " + service.url()
                + "\n  text: top\n  priority: {priority: URGENT, requested_ack: true, persistent_notifications: true}\n  props: {card: c}";
        try (var deliveries = new Deliveries(yaml)) {
            assertThat(deliveries.deliver("mattermost", firing("a"))).isInstanceOf(Outcome.Delivered.class);
            deliveries.load("", yaml + "\n  attachments: [{title: a, text: b}]");
            deliveries.deliver("mattermost", resolved("a"));
        }

        JsonNode first = service.received().getFirst().json();
        assertThat(first.has("text")).isFalse();
        assertThat(first.path("attachments").path(0).path("text").asString()).isEqualTo("top");
        assertThat(first.path("priority").toString())
                .isEqualTo("{\"priority\":\"urgent\",\"requested_ack\":true,\"persistent_notifications\":true}");
        JsonNode second = service.received().get(1).json();
        assertThat(second.path("text").asString()).isEqualTo("top");
        assertThat(second.path("attachments").toString()).isEqualTo("[{\"text\":\"b\",\"title\":\"a\"}]");
    }
}
