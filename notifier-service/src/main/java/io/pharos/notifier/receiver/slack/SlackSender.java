package io.pharos.notifier.receiver.slack;

import io.pharos.model.config.SlackConfig;
import io.pharos.model.text.GoText;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.HttpReply;
import io.pharos.notifier.http.Json;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.FailureReason;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `slack_configs`.
public final class SlackSender implements Sender {
    /// Where a message that was sent is found again: its time stamp and its channel's id.
    static final String THREAD = "threadTs";

    static final String CHANNEL = "channelId";
    private static final String UPDATE_URL = "https://slack.com/api/chat.update";

    /// Where a message stands.
    record Place(String channel, String ts) {
        static Optional<Place> of(Map<String, String> receiverData) {
            String ts = receiverData.getOrDefault(THREAD, "");
            String channel = receiverData.getOrDefault(CHANNEL, "");
            return ts.isEmpty() || channel.isEmpty() ? Optional.empty() : Optional.of(new Place(channel, ts));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SlackSender.class);

    private final SlackConfig config;
    private final Transport transport;
    private final String updateUrl;

    public SlackSender(SlackConfig config, Transport transport) {
        this(config, transport, UPDATE_URL);
    }

    SlackSender(SlackConfig config, Transport transport, String updateUrl) {
        this.config = config;
        this.transport = transport;
        this.updateUrl = updateUrl;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        boolean byToken = config.appToken().isSet() || !config.appTokenFile().isEmpty();
        String url;
        String token = "";
        try {
            url = byToken ? config.appUrl().text() : new SecretText(config.apiUrl(), config.apiUrlFile()).trimmed();
            if (byToken) {
                token = new SecretText(config.appToken(), config.appTokenFile()).trimmed();
            }
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        Optional<Place> update = config.updateMessage() ? Place.of(letter.receiverData()) : Optional.empty();
        var message = new SlackMessage(config, letter);
        ObjectNode body = message.build(update);
        message.failure().ifPresent(e -> LOG.warn("a Slack message is sent with texts left empty: {}", e.text()));
        String channel = Json.text(body, "channel");
        HttpCall call = HttpCall.postJson(update.isPresent() ? updateUrl : url, body);
        HttpCall signed = byToken ? call.with("Authorization", "Bearer " + token) : call;
        Attempt attempt = Exchange.of(transport, signed, letter.timeLeft(config.timeout()), this::judge);
        return attempt instanceof Attempt.Failed failed ? failed.about("channel " + GoText.quote(channel)) : attempt;
    }

    private Attempt judge(HttpReply reply) {
        Attempt byStatus = StatusRule.SERVER_ERRORS.judge(reply);
        if (byStatus instanceof Attempt.Failed) {
            return byStatus;
        }
        String body = reply.text();
        if (!reply.isJson()) {
            return body.equals("ok")
                    ? byStatus
                    : clientError("received an error response from Slack: " + GoText.quote(body));
        }
        Optional<JsonNode> answer = Json.read(body);
        if (answer.isEmpty()) {
            return new Attempt.Failed(
                    true, FailureReason.CLIENT_ERROR, "could not unmarshal JSON response " + GoText.quote(body));
        }
        if (!answer.get().path("ok").asBoolean(false)) {
            return clientError("error response from Slack: " + Json.text(answer.get(), "error"));
        }
        String ts = Json.text(answer.get(), "ts");
        String channel = Json.text(answer.get(), "channel");
        return config.updateMessage() && !ts.isEmpty() && !channel.isEmpty()
                ? new Attempt.Delivered(Map.of(THREAD, ts, CHANNEL, channel))
                : byStatus;
    }

    private static Attempt clientError(String error) {
        return new Attempt.Failed(false, FailureReason.CLIENT_ERROR, error);
    }
}
