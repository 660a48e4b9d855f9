package io.pharos.notifier.receiver.webhook;

import io.pharos.model.config.Tree;
import io.pharos.model.config.WebhookConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Structured;
import java.io.IOException;

/// `webhook_configs`.
public final class WebhookSender implements Sender {
    private static final String VERSION = "4";

    private final WebhookConfig config;
    private final Transport transport;

    public WebhookSender(WebhookConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter whole) throws InterruptedException {
        Letter letter = whole.first(config.maxAlerts());
        String url;
        try {
            url = letter.text(new SecretText(config.url(), config.urlFile()).trimmed());
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        if (url.isEmpty()) {
            return Attempt.refused("webhook URL is empty after templating");
        }
        HttpCall call = HttpCall.postJson(
                url,
                config.payload() instanceof Tree.Nothing
                        ? WebhookBody.of(letter, VERSION)
                        : Structured.render(config.payload(), letter));
        return Exchange.of(transport, call, letter.timeLeft(config.timeout()), StatusRule.SERVER_ERRORS::judge);
    }
}
