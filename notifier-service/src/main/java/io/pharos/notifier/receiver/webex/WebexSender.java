package io.pharos.notifier.receiver.webex;

import io.pharos.model.config.WebexConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;

/// `webex_configs`.
public final class WebexSender implements Sender {
    private static final int MAX_BYTES = 7439;

    private final WebexConfig config;
    private final Transport transport;

    public WebexSender(WebexConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        var message = new JsonObject()
                .with("markdown", Truncation.bytes(letter.text(config.message()), MAX_BYTES))
                .with("roomId", letter.text(config.roomId()));
        return Exchange.of(
                transport,
                HttpCall.postJson(config.apiUrl().text(), message.node()),
                letter.timeLeft(),
                StatusRule.SERVER_ERRORS::judge);
    }
}
