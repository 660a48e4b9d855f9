package io.pharos.notifier.http;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Builds a JSON object, field by field. Not thread-safe.
public final class JsonObject {
    private final ObjectNode node = JsonNodeFactory.instance.objectNode();

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public JsonObject with(String name, String value) {
        node.put(name, value);
        return this;
    }

    public JsonObject with(String name, boolean value) {
        node.put(name, value);
        return this;
    }

    public JsonObject with(String name, long value) {
        node.put(name, value);
        return this;
    }

    public JsonObject with(String name, JsonNode value) {
        node.set(name, value);
        return this;
    }

    public JsonObject with(String name, JsonObject value) {
        node.set(name, value.node);
        return this;
    }

    /// The field only where the value is not empty.
    public JsonObject withSet(String name, String value) {
        return value.isEmpty() ? this : with(name, value);
    }

    /// The field only where it is true.
    public JsonObject withTrue(String name, boolean value) {
        return value ? with(name, true) : this;
    }

    /// The field only where the array has elements.
    public JsonObject withSet(String name, ArrayNode value) {
        return value.isEmpty() ? this : with(name, value);
    }

    public ObjectNode node() {
        return node;
    }
}
