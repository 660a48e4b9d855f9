package io.pharos.notifier.receiver.rocketchat;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RocketchatSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries rocketchat() {
        return new Deliveries(
                "rocketchat_configs:\n- api_url: " + service.url()
                        + "/\n  token: tok\n  token_id: id\n  channel: '#x'\n  short_fields: true\n"
                        + "  fields: [{title: t, value: '{{ .Status }}'}]\n  actions: [{type: button, text: go, url: 'http://x'}]");
    }

    @Test
    void theMessageIsPostedWithItsToken() {
        service.answer(200, "{\"success\":true}");
        try (var deliveries = rocketchat()) {
            assertThat(deliveries.deliver("rocketchat", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        FakeService.Received request = service.only();
        assertThat(request.uri()).isEqualTo("/api/v1/chat.postMessage");
        assertThat(request.header("X-Auth-Token") + request.header("X-User-Id")).isEqualTo("tokid");
        JsonNode attachment = request.json().path("attachments").path(0);
        assertThat(attachment.path("color").asString()).isEqualTo("red");
        assertThat(attachment.path("fields").toString())
                .isEqualTo("[{\"short\":true,\"title\":\"t\",\"value\":\"firing\"}]");
        assertThat(attachment.path("actions").path(0).path("is_webview").asBoolean(true))
                .isFalse();
    }

    @Test
    void aReplyWithoutSuccessIsRefused() {
        service.answer(200, "{\"success\":false,\"error\":\"no\"}");
        try (var deliveries = rocketchat()) {
            assertThat(deliveries.deliver("rocketchat", resolved("a"), firing("b")))
                    .isInstanceOf(Outcome.Refused.class);
        }
    }
}
