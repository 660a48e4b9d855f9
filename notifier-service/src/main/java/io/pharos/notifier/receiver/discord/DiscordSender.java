package io.pharos.notifier.receiver.discord;

import io.pharos.model.config.DiscordConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;
import java.io.IOException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `discord_configs`.
public final class DiscordSender implements Sender {
    private static final int MAX_CONTENT = 2000;
    private static final int MAX_TITLE = 256;
    private static final int MAX_DESCRIPTION = 4096;
    private static final int RED = 0x992D22;
    private static final int GREEN = 0x2ECC71;

    private final DiscordConfig config;
    private final Transport transport;

    public DiscordSender(DiscordConfig config, Transport transport) {
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
        ArrayNode embeds = JsonObject.array();
        embeds.add(new JsonObject()
                .with("title", Truncation.runes(letter.text(config.title()), MAX_TITLE))
                .with("description", Truncation.runes(letter.text(config.message()), MAX_DESCRIPTION))
                .with("color", letter.firing() ? RED : GREEN)
                .node());
        return new JsonObject()
                .with("content", Truncation.runes(letter.text(config.content()), MAX_CONTENT))
                .with("embeds", embeds)
                .withSet("username", config.username())
                .withSet("avatar_url", config.avatarUrl())
                .node();
    }
}
