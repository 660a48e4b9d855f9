package io.pharos.notifier.receiver.discord;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DiscordSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void oneEmbedCarriesTitleTextAndColor() {
        service.answer(204, "").answer(500, "").answer(204, "");
        try (var deliveries = new Deliveries("discord_configs:\n- {webhook_url: '" + service.url()
                + "', title: '{{ range 300 }}x{{ end }}', username: me}")) {
            assertThat(deliveries.deliver("discord", firing("a"))).isInstanceOf(Outcome.Delivered.class);
            assertThat(deliveries.deliver("discord", resolved("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        JsonNode embed = service.received().getFirst().json().path("embeds").path(0);
        assertThat(embed.path("color").asInt()).isEqualTo(10038562);
        assertThat(embed.path("title").asString()).hasSize(256).endsWith("x…");
        assertThat(service.received()
                        .get(2)
                        .json()
                        .path("embeds")
                        .path(0)
                        .path("color")
                        .asInt())
                .isEqualTo(3066993);
        assertThat(service.received().getFirst().json().path("username").asString())
                .isEqualTo("me");
    }
}
