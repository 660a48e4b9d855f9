package io.pharos.notifier.receiver.telegram;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TelegramSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries telegram(String more) {
        return new Deliveries("telegram_configs:\n- api_url: " + service.url()
                + "\n  bot_token: '1:tok'\n  chat_id: -5\n" + more.indent(2));
    }

    @Test
    void htmlIsEscapedAndTooLongHtmlReplaced() {
        service.answer(200, "{\"ok\":true}").answer(200, "{\"ok\":true}");
        try (var deliveries = telegram(
                "message: '<b>{{ .CommonAnnotations.summary }}</b>{{ if eq (index .Alerts 0).Labels.instance \"long\" }}{{ range 5000 }}x{{ end }}{{ end }}'")) {
            deliveries.deliver("telegram", firing("a"));
            deliveries.deliver("telegram", firing("long"));
        }

        assertThat(service.received().getFirst().uri()).isEqualTo("/bot1:tok/sendMessage");
        assertThat(service.received().getFirst().body())
                .isEqualTo("{\"chat_id\":\"-5\",\"text\":\"<b>it&#39;s &lt;down&gt;</b>\","
                        + "\"parse_mode\":\"HTML\",\"disable_web_page_preview\":\"true\"}");
        JsonNode second = service.received().get(1).json();
        assertThat(second.path("text").asString()).contains("message length exceeds Telegram limits");
    }

    @Test
    void everyErrorIsTriedAgainAndTheTokenIsNotShown() {
        service.answer(401, "{\"ok\":false,\"description\":\"Unauthorized\"}").answer(200, "{\"ok\":true}");
        try (var deliveries = telegram("parse_mode: ''\ndisable_notifications: true\nmessage_thread_id: 7")) {
            assertThat(deliveries.deliver("telegram", firing("a"))).isInstanceOf(Outcome.Delivered.class);
            deliveries.load("", "telegram_configs:\n- {api_url: 'http://127.0.0.1:1', bot_token: '1:tok', chat_id: 5}");
            assertThat(deliveries.deliver("telegram", resolved("a")))
                    .isInstanceOfSatisfying(Outcome.GaveUp.class, gaveUp -> assertThat(gaveUp.lastError())
                            .doesNotContain("tok"));
        }

        assertThat(service.received()).hasSize(2);
        assertThat(service.received().get(1).body())
                .contains("\"disable_notification\":\"true\"")
                .contains("\"message_thread_id\":\"7\"");
    }
}
