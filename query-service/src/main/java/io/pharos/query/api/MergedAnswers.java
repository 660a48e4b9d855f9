package io.pharos.query.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts the `data` of several nodes' answers together: arrays one behind the other, objects member by member, counts
/// summed, anything else from the first.
///
/// Elements that name the same thing come once, from the first node that has it: rule groups by file and name, alerts
/// by their labels, everything else by being equal.
final class MergedAnswers {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MergedAnswers() {}

    /// The merged `data` as JSON text. Fails with an unchecked exception on a body that is no success envelope.
    static String data(List<byte[]> bodies) {
        JsonNode merged = null;
        for (byte[] body : bodies) {
            JsonNode data = JSON.readTree(body).path("data");
            merged = merged == null ? data : merge(merged, data);
        }
        return merged == null ? "null" : JSON.writeValueAsString(merged);
    }

    private static JsonNode merge(JsonNode a, JsonNode b) {
        if (a instanceof ArrayNode first && b instanceof ArrayNode second) {
            return concatenated(first, second);
        }
        if (a instanceof ObjectNode first && b instanceof ObjectNode second) {
            ObjectNode all = first.deepCopy();
            second.forEachEntry((name, value) -> {
                JsonNode before = all.get(name);
                all.set(name, before == null ? value : merge(before, value));
            });
            return all;
        }
        if (a.isIntegralNumber() && b.isIntegralNumber()) {
            return JSON.getNodeFactory().numberNode(a.asLong() + b.asLong());
        }
        return a.isNull() ? b : a;
    }

    private static ArrayNode concatenated(ArrayNode a, ArrayNode b) {
        Set<Object> known = new HashSet<>();
        var all = new ArrayList<JsonNode>();
        for (ArrayNode part : List.of(a, b)) {
            for (JsonNode element : part) {
                if (known.add(identity(element))) {
                    all.add(element);
                }
            }
        }
        ArrayNode array = JSON.createArrayNode();
        array.addAll(all);
        return array;
    }

    private static Object identity(JsonNode element) {
        if (element.has("file") && element.has("rules")) {
            return List.of(element.get("file"), element.path("name"));
        }
        if (element.has("activeAt") && element.has("labels")) {
            return element.get("labels");
        }
        return element;
    }
}
