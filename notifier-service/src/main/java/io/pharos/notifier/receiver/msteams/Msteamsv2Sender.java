package io.pharos.notifier.receiver.msteams;

import io.pharos.model.config.Msteamsv2Config;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import java.io.IOException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `msteamsv2_configs`: an adaptive card.
public final class Msteamsv2Sender implements Sender {
    private final Msteamsv2Config config;
    private final Transport transport;

    public Msteamsv2Sender(Msteamsv2Config config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String url;
        try {
            url = new SecretText(config.webhookUrl(), config.webhookUrlFile()).trimmed();
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        return Exchange.of(
                transport, HttpCall.postJson(url, message(letter)), letter.timeLeft(), StatusRule.SERVER_ERRORS::judge);
    }

    private ObjectNode message(Letter letter) {
        ArrayNode body = JsonObject.array();
        body.add(new JsonObject()
                .with("type", "TextBlock")
                .with("text", letter.text(config.title()))
                .with("weight", "Bolder")
                .with("size", "Medium")
                .with("wrap", true)
                .with("style", "heading")
                .with("color", letter.firing() ? "Attention" : "Good")
                .node());
        body.add(new JsonObject()
                .with("type", "TextBlock")
                .with("text", letter.text(config.text()))
                .with("wrap", true)
                .node());
        ArrayNode attachments = JsonObject.array();
        attachments.add(new JsonObject()
                .with("contentType", "application/vnd.microsoft.card.adaptive")
                .with("contentUrl", JsonNodeFactory.instance.nullNode())
                .with(
                        "content",
                        new JsonObject()
                                .with("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                                .with("type", "AdaptiveCard")
                                .with("version", "1.2")
                                .with("body", body)
                                .with("msteams", new JsonObject().with("width", "full")))
                .node());
        return new JsonObject()
                .with("type", "message")
                .with("attachments", attachments)
                .node();
    }
}
