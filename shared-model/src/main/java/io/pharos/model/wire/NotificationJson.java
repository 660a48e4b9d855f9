package io.pharos.model.wire;

import io.pharos.model.alert.Alert;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.Notifier.Notification;
import io.pharos.model.port.Notifier.Outcome;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Notifications and their outcomes as JSON: what the port `Notifier` speaks between processes. Fields have the names
/// of the records' components, times are RFC 3339; an outcome is an object with a field `outcome` of `delivered`,
/// `refused` or `gaveUp`. Unknown fields are ignored, so that versions may differ by some.
public final class NotificationJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private NotificationJson() {}

    public static byte[] writeNotification(Notification n) {
        ArrayNode alerts = JSON.arrayNode();
        n.alerts()
                .forEach(alert -> alerts.add(JSON.objectNode()
                        .put("startsAt", alert.startsAt().toString())
                        .put("endsAt", alert.endsAt().toString())
                        .put("updatedAt", alert.updatedAt().toString())
                        .put("generatorUrl", alert.generatorUrl())
                        .put("timedOut", alert.timedOut())
                        .setAll(Map.of(
                                "labels", strings(alert.labels().toMap()),
                                "annotations", strings(alert.annotations().toMap())))));
        ObjectNode node = JSON.objectNode()
                .put("id", n.id())
                .put("deadline", n.deadline().toString())
                .put("receiver", n.receiver())
                .put("integration", n.integration())
                .put("integrationIndex", n.integrationIndex())
                .put("groupKey", n.groupKey())
                .put("truncatedAlerts", n.truncatedAlerts())
                .put("externalUrl", n.externalUrl())
                .put("now", n.now().toString())
                .put("notificationReason", n.notificationReason());
        node.set("groupLabels", strings(n.groupLabels().toMap()));
        node.set("routeLabels", strings(n.routeLabels().toMap()));
        node.set("receiverData", strings(n.receiverData()));
        node.set("alerts", alerts);
        return MAPPER.writeValueAsBytes(node);
    }

    /// Fails with [IllegalArgumentException], saying what is wrong with it.
    public static Notification readNotification(byte[] json) {
        JsonNode node = object(json);
        JsonNode list = node.path("alerts");
        if (!list.isArray() || list.isEmpty()) {
            throw new IllegalArgumentException("notification: \"alerts\" must be an array with an alert in it");
        }
        List<Alert> alerts = new ArrayList<>(list.size());
        for (JsonNode alert : list) {
            alerts.add(new Alert(
                    Labels.of(strings(alert, "labels")),
                    Labels.of(strings(alert, "annotations")),
                    time(alert, "startsAt"),
                    time(alert, "endsAt"),
                    time(alert, "updatedAt"),
                    alert.path("generatorUrl").asString(""),
                    alert.path("timedOut").asBoolean(false)));
        }
        return new Notification(
                text(node, "id"),
                time(node, "deadline"),
                text(node, "receiver"),
                text(node, "integration"),
                node.path("integrationIndex").asInt(0),
                text(node, "groupKey"),
                Labels.of(strings(node, "groupLabels")),
                Labels.of(strings(node, "routeLabels")),
                alerts,
                node.path("truncatedAlerts").asInt(0),
                node.path("externalUrl").asString(""),
                time(node, "now"),
                node.path("notificationReason").asString(""),
                strings(node, "receiverData"));
    }

    public static byte[] writeOutcome(Outcome outcome) {
        ObjectNode node = JSON.objectNode();
        switch (outcome) {
            case Outcome.Delivered(Map<String, String> data) -> {
                node.put("outcome", "delivered");
                node.set("receiverData", strings(data));
            }
            case Outcome.Refused(String why) -> node.put("outcome", "refused").put("why", why);
            case Outcome.GaveUp(int attempts, String error) ->
                node.put("outcome", "gaveUp").put("attempts", attempts).put("lastError", error);
        }
        return MAPPER.writeValueAsBytes(node);
    }

    /// Fails with [IllegalArgumentException], saying what is wrong with it.
    public static Outcome readOutcome(byte[] json) {
        JsonNode node = object(json);
        String outcome = node.path("outcome").asString("");
        return switch (outcome) {
            case "delivered" -> new Outcome.Delivered(strings(node, "receiverData"));
            case "refused" -> new Outcome.Refused(node.path("why").asString(""));
            case "gaveUp" ->
                new Outcome.GaveUp(
                        node.path("attempts").asInt(0), node.path("lastError").asString(""));
            default -> throw new IllegalArgumentException("outcome: unknown \"outcome\": " + outcome);
        };
    }

    private static JsonNode object(byte[] json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    private static ObjectNode strings(Map<String, String> values) {
        ObjectNode node = JSON.objectNode();
        values.forEach(node::put);
        return node;
    }

    private static Map<String, String> strings(JsonNode node, String field) {
        var values = new LinkedHashMap<String, String>();
        node.path(field)
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asString("")));
        return values;
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("notification: \"" + field + "\" must be a string");
        }
        return value.asString();
    }

    private static Instant time(JsonNode node, String field) {
        try {
            return Instant.parse(text(node, field));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("notification: \"" + field + "\" must be a time as of RFC 3339", e);
        }
    }
}
