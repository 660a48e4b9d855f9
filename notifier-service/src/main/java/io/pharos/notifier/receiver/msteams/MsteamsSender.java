package io.pharos.notifier.receiver.msteams;

import io.pharos.model.config.MsteamsConfig;
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

/// `msteams_configs`.
public final class MsteamsSender implements Sender {
    private static final String RED = "8C1A1A";
    private static final String GREEN = "2DC72D";

    private final MsteamsConfig config;
    private final Transport transport;

    public MsteamsSender(MsteamsConfig config, Transport transport) {
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
        var card = new JsonObject()
                .with("@context", "http://schema.org/extensions")
                .with("type", "MessageCard")
                .with("title", letter.text(config.title()))
                .with("summary", letter.text(config.summary()))
                .with("text", letter.text(config.text()))
                .with("themeColor", letter.firing() ? RED : GREEN);
        return Exchange.of(
                transport, HttpCall.postJson(url, card.node()), letter.timeLeft(), StatusRule.SERVER_ERRORS::judge);
    }
}
