package io.pharos.notifier.receiver.pushover;

import io.pharos.model.config.PushoverConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.http.Urls;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// `pushover_configs`.
public final class PushoverSender implements Sender {
    static final String URL = "https://api.pushover.net/1/messages.json";
    private static final int MAX_TITLE = 250;
    private static final int MAX_MESSAGE = 1024;
    private static final int MAX_URL = 512;

    private final PushoverConfig config;
    private final Transport transport;
    private final String url;

    public PushoverSender(PushoverConfig config, Transport transport) {
        this(config, transport, URL);
    }

    PushoverSender(PushoverConfig config, Transport transport, String url) {
        this.config = config;
        this.transport = transport;
        this.url = url;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String user;
        String token;
        try {
            user = new SecretText(config.userKey(), config.userKeyFile()).read();
            token = new SecretText(config.token(), config.tokenFile()).read();
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        var call = new HttpCall(
                "POST",
                Urls.withQuery(url, parameters(letter, user, token)),
                Map.of("Content-Type", "text/plain"),
                new byte[0]);
        return Exchange.of(transport, call, letter.timeLeft(), StatusRule.SERVER_ERRORS::judge);
    }

    private Map<String, String> parameters(Letter letter, String user, String token) {
        var all = new LinkedHashMap<String, String>();
        all.put("token", letter.text(token));
        all.put("user", letter.text(user));
        all.put("title", Truncation.runes(letter.text(config.title()), MAX_TITLE));
        if (config.html()) {
            all.put("html", "1");
        } else if (config.monospace()) {
            all.put("monospace", "1");
        }
        String rendered = config.html() ? letter.html(config.message()) : letter.text(config.message());
        String message = Truncation.runes(rendered, MAX_MESSAGE).strip();
        all.put("message", message.isEmpty() ? "(no details)" : message);
        all.put("url", Truncation.runes(letter.text(config.url()), MAX_URL));
        all.put("url_title", letter.text(config.urlTitle()));
        all.put("priority", letter.text(config.priority()));
        all.put("retry", Long.toString(config.retry().toSeconds()));
        all.put("expire", Long.toString(config.expire().toSeconds()));
        all.put("device", letter.text(config.device()));
        all.put("sound", letter.text(config.sound()));
        if (config.ttl().toSeconds() > 0) {
            all.put("ttl", Long.toString(config.ttl().toSeconds()));
        }
        return all;
    }
}
