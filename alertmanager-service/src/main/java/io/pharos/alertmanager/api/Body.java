package io.pharos.alertmanager.api;

import io.pharos.model.text.GoText;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A JSON body, read with the checks and errors of Alertmanager's framework (go-openapi).
final class Body {
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*", Pattern.DOTALL);
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    private final String name;

    /// @param name of the parameter that the body is: `alerts`, `silence`
    Body(String name) {
        this.name = name;
    }

    JsonNode parse(byte[] bytes) {
        if (bytes.length == 0) {
            throw required(name);
        }
        try {
            JsonNode node = Answer.JSON.readTree(bytes);
            if (node.isMissingNode()) {
                throw unparsable("EOF");
            }
            return node;
        } catch (JacksonException e) {
            throw unparsable(
                    bytes.length < 1024
                                    && e.getMessage() != null
                                    && e.getMessage().contains("end-of-input")
                            ? "unexpected EOF"
                            : "invalid JSON: " + e.getOriginalMessage());
        }
    }

    Answer.Refusal unparsable(String why) {
        return new Answer.Refusal(Answer.frame(400, 400, "parsing " + name + " body from \"\" failed, because " + why));
    }

    Answer.Refusal mistyped(JsonNode node, String type) {
        return unparsable("json: cannot unmarshal " + kind(node) + " into Go value of type " + type);
    }

    private static String kind(JsonNode node) {
        return node.isObject()
                ? "object"
                : node.isArray() ? "array" : node.isNumber() ? "number" : node.isBoolean() ? "bool" : "string";
    }

    static Answer.Refusal required(String path) {
        return new Answer.Refusal(
                Answer.frame(422, 602, path + (path.contains(" in ") ? "" : " in body") + " is required"));
    }

    /// The field of that name in whatever case, as Go finds it; of several the last one. Null where there is none.
    private static @Nullable JsonNode find(JsonNode object, String field) {
        JsonNode found = null;
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            if (property.getKey().equalsIgnoreCase(field)) {
                found = property.getValue();
            }
        }
        return found;
    }

    /// A string, empty where it is null or missing.
    Optional<String> text(JsonNode object, String field) {
        JsonNode node = find(object, field);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString()) {
            throw mistyped(node, "string");
        }
        return Optional.of(node.stringValue());
    }

    Optional<Boolean> bool(JsonNode object, String field) {
        JsonNode node = find(object, field);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isBoolean()) {
            throw mistyped(node, "bool");
        }
        return Optional.of(node.booleanValue());
    }

    /// A date-time; empty where it is missing, null, or Go's zero time.
    Optional<Instant> time(JsonNode object, String field) {
        JsonNode node = find(object, field);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString()) {
            throw mistyped(node, "string");
        }
        try {
            Instant at = ApiTimes.parse(node.stringValue());
            return at.equals(ApiTimes.ZERO) ? Optional.empty() : Optional.of(at);
        } catch (IllegalArgumentException e) {
            throw unparsable(String.valueOf(e.getMessage()));
        }
    }

    /// Strings by name, null where the field is missing.
    @Nullable
    Map<String, String> map(JsonNode object, String field) {
        JsonNode node = find(object, field);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isObject()) {
            throw mistyped(node, "models.LabelSet");
        }
        var map = new TreeMap<String, String>();
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            JsonNode value = property.getValue();
            if (value.isNull()) {
                map.put(property.getKey(), "");
            } else if (value.isString()) {
                map.put(property.getKey(), value.stringValue());
            } else {
                throw unparsable("json: cannot unmarshal " + kind(value) + " into Go struct field Alert." + field + "."
                        + property.getKey() + " of type string");
            }
        }
        return map;
    }

    /// Checks what `url.ParseRequestURI` of Go does, as far as senders are known to err.
    static void checkUri(String path, String uri) {
        boolean bad = uri.chars().anyMatch(c -> c < ' ' || c == 0x7f)
                || !(uri.startsWith("/") || SCHEME.matcher(uri).matches());
        int authority = uri.indexOf("://");
        if (!bad && authority >= 0) {
            int end = uri.indexOf('/', authority + 3);
            String host = uri.substring(authority + 3, end < 0 ? uri.length() : end);
            bad = host.indexOf(' ') >= 0 || host.indexOf('[') >= 0 && host.indexOf(']') < host.indexOf('[');
        }
        int query = uri.indexOf('?');
        if (bad || BAD_ESCAPE.matcher(query < 0 ? uri : uri.substring(0, query)).find()) {
            throw new Answer.Refusal(
                    Answer.frame(422, 601, path + " in body must be of type uri: " + GoText.quote(uri)));
        }
    }
}
