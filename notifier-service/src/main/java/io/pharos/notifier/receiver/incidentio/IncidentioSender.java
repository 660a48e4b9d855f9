package io.pharos.notifier.receiver.incidentio;

import io.pharos.model.config.IncidentioConfig;
import io.pharos.model.config.Secret;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.receiver.webhook.WebhookBody;
import io.pharos.notifier.render.Letter;
import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/// `incidentio_configs`.
public final class IncidentioSender implements Sender {
    private static final String VERSION = "1";
    private static final int MAX_BYTES = 512 * 1024;
    private static final StatusRule RULE = StatusRule.alsoRetrying(429);

    private final IncidentioConfig config;
    private final Transport transport;
    private final String token;

    /// Reads the token's file.
    ///
    /// @throws IOException where it can't be read
    public IncidentioSender(IncidentioConfig config, Transport transport) throws IOException {
        this.config = config;
        this.transport = transport;
        try {
            this.token = new SecretText(config.alertSourceToken(), config.alertSourceTokenFile()).trimmed();
        } catch (IOException e) {
            throw new IOException("failed to read alert_source_token_file: " + e.getMessage(), e);
        }
    }

    @Override
    public Attempt send(Letter whole) throws InterruptedException {
        Letter letter = whole.first(config.maxAlerts());
        String url;
        try {
            url = config.url().isSet() ? config.url().text() : new SecretText(Secret.NONE, config.urlFile()).trimmed();
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        ObjectNode body = WebhookBody.of(letter, VERSION);
        if (HttpCall.bytes(body).length > MAX_BYTES) {
            body = WebhookBody.of(letter.first(1), VERSION);
        }
        HttpCall call = HttpCall.postJson(url, body);
        return Exchange.of(
                transport,
                token.isEmpty() ? call : call.with("Authorization", "Bearer " + token),
                letter.timeLeft(config.timeout()),
                RULE::judge);
    }
}
