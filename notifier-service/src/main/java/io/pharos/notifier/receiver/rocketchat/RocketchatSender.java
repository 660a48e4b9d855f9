package io.pharos.notifier.receiver.rocketchat;

import io.pharos.model.config.RocketchatConfig;
import io.pharos.model.text.GoText;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.HttpReply;
import io.pharos.notifier.http.Json;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.StatusRule;
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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `rocketchat_configs`.
public final class RocketchatSender implements Sender {
    private static final int MAX_TITLE = 1024;

    private final RocketchatConfig config;
    private final Transport transport;
    private final String token;
    private final String tokenId;

    /// Reads the token files.
    ///
    /// @throws IOException where one can't be read
    public RocketchatSender(RocketchatConfig config, Transport transport) throws IOException {
        this.config = config;
        this.transport = transport;
        this.token = new SecretText(config.token(), config.tokenFile()).trimmed();
        this.tokenId = new SecretText(config.tokenId(), config.tokenIdFile()).trimmed();
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String url = Urls.join(config.apiUrl().text(), "api/v1/chat.postMessage");
        HttpCall call = HttpCall.postJson(url, message(letter))
                .with("X-Auth-Token", token)
                .with("X-User-Id", tokenId);
        return Exchange.of(transport, call, letter.timeLeft(), RocketchatSender::judge);
    }

    private ObjectNode message(Letter letter) {
        ArrayNode fields = JsonObject.array();
        for (RocketchatConfig.Field field : config.fields()) {
            fields.add(new JsonObject()
                    .with("short", field.isShort().orElse(config.shortFields()))
                    .withSet("title", letter.text(field.title()))
                    .withSet("value", letter.text(field.value()))
                    .node());
        }
        ArrayNode actions = JsonObject.array();
        for (RocketchatConfig.Action action : config.actions()) {
            actions.add(new JsonObject()
                    .with("type", "button")
                    .withSet("text", letter.text(action.text()))
                    .withSet("url", letter.text(action.url()))
                    .with("is_webview", false)
                    .withSet("msg", letter.text(action.msg()))
                    .with("msg_in_chat_window", false)
                    .node());
        }
        ArrayNode attachments = JsonObject.array();
        attachments.add(new JsonObject()
                .withSet("title", Truncation.runes(letter.text(config.title()), MAX_TITLE))
                .withSet("title_link", letter.text(config.titleLink()))
                .withSet("text", letter.text(config.text()))
                .withSet("image_url", letter.text(config.imageUrl()))
                .withSet("thumb_url", letter.text(config.thumbUrl()))
                .withSet("color", letter.text(config.color()))
                .withSet("fields", fields)
                .withSet("actions", actions)
                .node());
        return new JsonObject()
                .withSet("channel", letter.text(config.channel()))
                .withSet("emoji", letter.text(config.emoji()))
                .withSet("avatar", letter.text(config.iconUrl()))
                .with("attachments", attachments)
                .node();
    }

    private static Attempt judge(HttpReply reply) {
        Attempt byStatus = StatusRule.SERVER_ERRORS.judge(reply);
        if (byStatus instanceof Attempt.Failed) {
            return byStatus;
        }
        Optional<JsonNode> answer = Json.read(reply.text());
        if (answer.isEmpty()) {
            return new Attempt.Failed(
                    true,
                    FailureReason.CLIENT_ERROR,
                    "could not unmarshal JSON response " + GoText.quote(reply.text()));
        }
        return answer.get().path("success").asBoolean(false)
                ? byStatus
                : new Attempt.Failed(
                        false,
                        FailureReason.CLIENT_ERROR,
                        "error response from Rocket.Chat: " + Json.text(answer.get(), "error"));
    }
}
