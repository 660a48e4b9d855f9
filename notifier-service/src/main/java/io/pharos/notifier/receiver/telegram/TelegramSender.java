package io.pharos.notifier.receiver.telegram;

import io.pharos.model.config.Secret;
import io.pharos.model.config.TelegramConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.HttpReply;
import io.pharos.notifier.http.Json;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.http.Urls;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.FailureReason;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `telegram_configs`.
public final class TelegramSender implements Sender {
    private static final int MAX_MESSAGE = 4096;

    /// Cut HTML may be broken HTML, which Telegram refuses.
    private static final String TOO_LONG =
            "Alertmanager notification could not be sent: message length exceeds Telegram limits.\n\t\t\t"
                    + "Please check the template used for producing the message content.";

    private final TelegramConfig config;
    private final Transport transport;

    public TelegramSender(TelegramConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String token;
        String chat;
        try {
            token = new SecretText(config.botToken(), config.botTokenFile()).trimmed();
            chat = config.chatIdFile().isEmpty()
                    ? Long.toString(config.chatId())
                    : new SecretText(Secret.NONE, config.chatIdFile()).trimmed();
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        String url = Urls.join(config.apiUrl().text(), "bot" + token + "/sendMessage");
        return Exchange.of(
                transport, HttpCall.postJson(url, message(letter, chat)), letter.timeLeft(), TelegramSender::judge);
    }

    private ObjectNode message(Letter letter, String chat) {
        boolean html = config.parseMode().equals("HTML");
        String text = html ? letter.html(config.message()) : letter.text(config.message());
        boolean tooLong = html && text.codePointCount(0, text.length()) > MAX_MESSAGE;
        return new JsonObject()
                .with("chat_id", chat)
                .with("text", tooLong ? TOO_LONG : Truncation.runes(text, MAX_MESSAGE))
                .withSet("parse_mode", config.parseMode())
                .with("disable_web_page_preview", "true")
                .withSet("disable_notification", config.disableNotifications() ? "true" : "")
                .withSet(
                        "message_thread_id",
                        config.messageThreadId() == 0 ? "" : Integer.toString(config.messageThreadId()))
                .node();
    }

    private static Attempt judge(HttpReply reply) {
        Optional<JsonNode> answer = Json.read(reply.text());
        if (reply.succeeded() && answer.isPresent() && answer.get().path("ok").asBoolean(false)) {
            return Attempt.delivered();
        }
        String description = answer.map(node -> Json.text(node, "description")).orElse("");
        return new Attempt.Failed(
                true,
                FailureReason.ofStatus(reply.status()),
                "telegram: " + (description.isEmpty() ? "unexpected answer" : description) + " (" + reply.status()
                        + ")");
    }
}
