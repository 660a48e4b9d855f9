package io.pharos.notifier.receiver.wechat;

import io.pharos.model.config.WechatConfig;
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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `wechat_configs`.
public final class WechatSender implements Sender {
    private static final Duration TOKEN_LIFE = Duration.ofHours(2);
    private static final int TOKEN_EXPIRED = 42001;

    private final WechatConfig config;
    private final Transport transport;
    private volatile Token token = new Token("", Instant.MIN);

    /// An access token and until when it is used.
    private record Token(String text, Instant until) {}

    public WechatSender(WechatConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        if (token.text.isEmpty() || !letter.now().isBefore(token.until)) {
            Attempt fetched = fetchToken(letter);
            if (fetched instanceof Attempt.Failed) {
                return fetched;
            }
        }
        String url =
                Urls.withQuery(Urls.join(config.apiUrl().text(), "message/send"), Map.of("access_token", token.text));
        return Exchange.of(transport, HttpCall.postJson(url, message(letter)), letter.timeLeft(), this::judge);
    }

    private Attempt fetchToken(Letter letter) throws InterruptedException {
        String secret;
        try {
            secret = letter.text(new SecretText(config.apiSecret(), config.apiSecretFile()).trimmed());
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("corpid", letter.text(config.corpId()));
        parameters.put("corpsecret", secret);
        String url = Urls.withQuery(Urls.join(config.apiUrl().text(), "gettoken"), parameters);
        return Exchange.of(transport, HttpCall.get(url), letter.timeLeft(), reply -> {
            Optional<JsonNode> answer = Json.read(reply.text());
            if (answer.isEmpty()) {
                return Attempt.refused("the answer to gettoken is not JSON");
            }
            String text = Json.text(answer.get(), "access_token");
            if (text.isEmpty()) {
                return Attempt.refused("invalid APISecret for CorpID: " + config.corpId());
            }
            token = new Token(text, letter.now().plus(TOKEN_LIFE));
            return Attempt.delivered();
        });
    }

    private ObjectNode message(Letter letter) {
        boolean markdown = config.messageType().equals("markdown");
        String text = letter.text(config.message());
        return new JsonObject()
                .with("text", new JsonObject().with("content", markdown ? "" : text))
                .withSet("touser", letter.text(config.toUser()))
                .withSet("toparty", letter.text(config.toParty()))
                .withSet("totag", letter.text(config.toTag()))
                .withSet("agentid", letter.text(config.agentId()))
                .with("safe", "0")
                .with("msgtype", config.messageType())
                .with("markdown", new JsonObject().with("content", markdown ? text : ""))
                .node();
    }

    private Attempt judge(HttpReply reply) {
        if (reply.status() != 200) {
            return new Attempt.Failed(
                    true,
                    FailureReason.ofStatus(reply.status()),
                    "unexpected status code " + reply.status() + ": " + reply.text());
        }
        Optional<JsonNode> answer = Json.read(reply.text());
        if (answer.isEmpty()) {
            return Attempt.failed("the answer is not JSON");
        }
        int code = answer.get().path("errcode").asInt(0);
        if (code == 0) {
            return Attempt.delivered();
        }
        String message = Json.text(answer.get(), "errmsg");
        if (code == TOKEN_EXPIRED) {
            token = new Token("", Instant.MIN);
            return Attempt.failed(message);
        }
        return Attempt.refused(message);
    }
}
