package io.pharos.notifier.receiver.victorops;

import io.pharos.model.config.VictoropsConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.JsonObject;
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
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// `victorops_configs`.
public final class VictoropsSender implements Sender {
    private static final int MAX_MESSAGE = 20480;
    private static final Set<String> TYPES = Set.of("INFO", "WARNING", "CRITICAL");

    private final VictoropsConfig config;
    private final Transport transport;

    public VictoropsSender(VictoropsConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String key;
        try {
            key = new SecretText(config.apiKey(), config.apiKeyFile()).trimmed();
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        String url = Urls.join(config.apiUrl().text(), Urls.path(key + "/" + letter.text(config.routingKey())));
        return Exchange.of(
                transport, HttpCall.postJson(url, message(letter)), letter.timeLeft(), StatusRule.SERVER_ERRORS::judge);
    }

    private ObjectNode message(Letter letter) {
        String type = letter.text(config.messageType());
        var message = new JsonObject();
        config.customFields().forEach((name, value) -> message.with(name, letter.text(value)));
        return message.with("message_type", letter.firing() ? TYPES.contains(type) ? type : "CRITICAL" : "RECOVERY")
                .with("entity_id", letter.groupHash())
                .with("entity_display_name", letter.text(config.entityDisplayName()))
                .with("state_message", Truncation.runes(letter.text(config.stateMessage()), MAX_MESSAGE))
                .with("monitoring_tool", letter.text(config.monitoringTool()))
                .node();
    }
}
