package io.pharos.notifier.receiver.opsgenie;

import io.pharos.model.config.OpsgenieConfig;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `opsgenie_configs`.
public final class OpsgenieSender implements Sender {
    private static final int MAX_MESSAGE = 130;
    private static final StatusRule RULE = StatusRule.alsoRetrying(429);

    private final OpsgenieConfig config;
    private final Transport transport;

    public OpsgenieSender(OpsgenieConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String key;
        try {
            key = letter.text(new SecretText(config.apiKey(), config.apiKeyFile()).trimmed());
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        Attempt last = Attempt.delivered();
        for (HttpCall call : calls(letter)) {
            last = Exchange.of(
                    transport, call.with("Authorization", "GenieKey " + key), letter.timeLeft(), RULE::judge);
            if (last instanceof Attempt.Failed) {
                return last;
            }
        }
        return last;
    }

    private List<HttpCall> calls(Letter letter) {
        String alerts = Urls.join(config.apiUrl().text(), "v2/alerts");
        String alert = alerts + "/" + letter.groupHash();
        String byAlias = "?identifierType=alias";
        if (!letter.firing()) {
            return List.of(HttpCall.postJson(
                    alert + "/close" + byAlias,
                    new JsonObject()
                            .with("source", letter.text(config.source()))
                            .node()));
        }
        String message = Truncation.runes(letter.text(config.message()), MAX_MESSAGE);
        String description = letter.text(config.description());
        var calls = new ArrayList<HttpCall>();
        calls.add(HttpCall.postJson(alerts, alert(letter, message, description)));
        if (config.updateAlerts()) {
            calls.add(HttpCall.json(
                    "PUT",
                    alert + "/message" + byAlias,
                    new JsonObject().withSet("message", message).node()));
            calls.add(HttpCall.json(
                    "PUT",
                    alert + "/description" + byAlias,
                    new JsonObject().withSet("description", description).node()));
        }
        return calls;
    }

    private ObjectNode alert(Letter letter, String message, String description) {
        var all = new TreeMap<>(letter.data().commonLabels());
        config.details().forEach((name, value) -> all.put(name, letter.text(value)));
        var details = new JsonObject();
        all.forEach(details::with);
        return new JsonObject()
                .with("alias", letter.groupHash())
                .with("message", message)
                .withSet("description", description)
                .with("details", details)
                .with("source", letter.text(config.source()))
                .withSet("responders", responders(letter))
                .withSet("tags", texts(letter.text(config.tags())))
                .withSet("note", letter.text(config.note()))
                .withSet("priority", letter.text(config.priority()))
                .withSet("entity", letter.text(config.entity()))
                .withSet("actions", texts(letter.text(config.actions())))
                .node();
    }

    private ArrayNode responders(Letter letter) {
        ArrayNode all = JsonObject.array();
        for (OpsgenieConfig.Responder responder : config.responders()) {
            String id = letter.text(responder.id());
            String name = letter.text(responder.name());
            String username = letter.text(responder.username());
            String type = letter.text(responder.type());
            if (id.isEmpty() && name.isEmpty() && username.isEmpty() && type.isEmpty()) {
                continue;
            }
            if (type.equals("teams")) {
                for (String team : parts(name)) {
                    all.add(new JsonObject()
                            .with("name", team)
                            .with("type", "team")
                            .node());
                }
                continue;
            }
            all.add(new JsonObject()
                    .withSet("id", id)
                    .withSet("name", name)
                    .withSet("username", username)
                    .with("type", type)
                    .node());
        }
        return all;
    }

    private static ArrayNode texts(String text) {
        ArrayNode texts = JsonObject.array();
        parts(text).forEach(texts::add);
        return texts;
    }

    /// Parts between commas, empty ones left out; white space is cut off at the ends of the whole text only.
    private static List<String> parts(String text) {
        return Arrays.stream(text.strip().split(","))
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
