package io.pharos.notifier.receiver.pagerduty;

import io.pharos.model.config.PagerdutyConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.HttpReply;
import io.pharos.notifier.http.Json;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Structured;
import io.pharos.notifier.render.Truncation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `pagerduty_configs`.
public final class PagerdutySender implements Sender {
    static final String VERSION_1_URL = "https://events.pagerduty.com/generic/2010-04-15/create_event.json";
    private static final int MAX_DESCRIPTION = 1024;
    private static final int MAX_EVENT_BYTES = 512_000;
    private static final String TOO_LARGE =
            "Custom details have been removed because the original event exceeds the maximum size of 512KB";
    private static final StatusRule VERSION_2 = StatusRule.alsoRetrying(429).explainedBy(PagerdutySender::explanation);
    private static final StatusRule VERSION_1 = StatusRule.alsoRetrying(403).explainedBy(PagerdutySender::explanation);

    private final PagerdutyConfig config;
    private final Transport transport;
    private final String versionOneUrl;

    public PagerdutySender(PagerdutyConfig config, Transport transport) {
        this(config, transport, VERSION_1_URL);
    }

    PagerdutySender(PagerdutyConfig config, Transport transport, String versionOneUrl) {
        this.config = config;
        this.transport = transport;
        this.versionOneUrl = versionOneUrl;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        boolean versionOne =
                config.serviceKey().isSet() || !config.serviceKeyFile().isEmpty();
        String key;
        try {
            key = letter.text(
                    versionOne
                            ? new SecretText(config.serviceKey(), config.serviceKeyFile()).trimmed()
                            : new SecretText(config.routingKey(), config.routingKeyFile()).trimmed());
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        if (key.isEmpty()) {
            return Attempt.refused((versionOne ? "service" : "routing") + " key cannot be empty");
        }
        HttpCall call = versionOne
                ? HttpCall.postJson(versionOneUrl, eventOne(letter, key))
                : HttpCall.postJson(config.url().text(), event(letter, key));
        return Exchange.of(
                transport, call, letter.timeLeft(config.timeout()), (versionOne ? VERSION_1 : VERSION_2)::judge);
    }

    private ObjectNode event(Letter letter, String key) {
        ObjectNode event = event(letter, key, details(letter));
        if (HttpCall.bytes(event).length <= MAX_EVENT_BYTES) {
            return event;
        }
        return event(letter, key, new JsonObject().with("error", TOO_LARGE).node());
    }

    private ObjectNode event(Letter letter, String key, ObjectNode customDetails) {
        ArrayNode images = JsonObject.array();
        for (PagerdutyConfig.Image image : config.images()) {
            String source = letter.text(image.src());
            if (!source.isEmpty()) {
                images.add(new JsonObject()
                        .with("src", source)
                        .with("alt", letter.text(image.alt()))
                        .with("href", letter.text(image.href()))
                        .node());
            }
        }
        ArrayNode links = JsonObject.array();
        for (PagerdutyConfig.Link link : config.links()) {
            String target = letter.text(link.href());
            if (!target.isEmpty()) {
                links.add(new JsonObject()
                        .with("href", target)
                        .with("text", letter.text(link.text()))
                        .node());
            }
        }
        return new JsonObject()
                .with("routing_key", key)
                .with("dedup_key", letter.groupHash())
                .with("event_action", action(letter))
                .with(
                        "payload",
                        new JsonObject()
                                .with("summary", description(letter))
                                .with("source", letter.text(config.source()))
                                .with(
                                        "severity",
                                        config.severity().isEmpty() ? "error" : letter.text(config.severity()))
                                .withSet("class", letter.text(config.eventClass()))
                                .withSet("component", letter.text(config.component()))
                                .withSet("group", letter.text(config.group()))
                                .with("custom_details", customDetails))
                .withSet("client", letter.text(config.client()))
                .withSet("client_url", letter.text(config.clientUrl()))
                .withSet("images", images)
                .withSet("links", links)
                .node();
    }

    private ObjectNode eventOne(Letter letter, String key) {
        var event = new JsonObject()
                .with("service_key", key)
                .with("incident_key", letter.groupHash())
                .with("event_type", action(letter))
                .with("description", description(letter))
                .with("details", details(letter))
                .with("event_action", "")
                .with("payload", JsonNodeFactory.instance.nullNode());
        if (letter.firing()) {
            event.withSet("client", letter.text(config.client()))
                    .withSet("client_url", letter.text(config.clientUrl()));
        }
        return event.node();
    }

    private static String action(Letter letter) {
        return letter.firing() ? "trigger" : "resolve";
    }

    private String description(Letter letter) {
        return Truncation.runes(letter.text(config.description()), MAX_DESCRIPTION);
    }

    private ObjectNode details(Letter letter) {
        var object = new JsonObject();
        config.details().forEach((name, value) -> object.with(name, Structured.render(value, letter)));
        return object.node();
    }

    /// PagerDuty says what was wrong with an event only where it is the event's fault.
    private static String explanation(HttpReply reply) {
        if (reply.status() != 400) {
            return "";
        }
        JsonNode answer = Json.read(reply.text()).orElse(JsonObject.array());
        List<String> errors = new ArrayList<>();
        answer.path("errors").forEach(error -> errors.add(error.asString("")));
        String message = Json.text(answer, "message");
        return message.isEmpty() && errors.isEmpty() ? "" : message + ": " + String.join(",", errors);
    }
}
