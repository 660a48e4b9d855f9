package io.pharos.discovery;

import io.pharos.model.config.StaticConfig;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Groups of targets as JSON: `[{"targets": ["host:port", …], "labels": {"name": "value", …}}, …]`. As Go reads them:
/// the case of keys does not count, and of repeated ones the last does.
public final class TargetJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TargetJson() {}

    /// Reads the text; fails with [IllegalArgumentException] that says what is wrong.
    public static List<StaticConfig> read(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage(), e);
        }
        if (root.isNull()) {
            return List.of();
        }
        if (!root.isArray()) {
            throw new IllegalArgumentException("expected a JSON list of target groups");
        }
        var groups = new ArrayList<StaticConfig>();
        for (JsonNode item : root) {
            groups.add(group(item, groups.size()));
        }
        return groups;
    }

    private static StaticConfig group(JsonNode item, int index) {
        if (item.isNull()) {
            throw new IllegalArgumentException("nil target group item found (index " + index + ")");
        }
        if (!item.isObject()) {
            throw new IllegalArgumentException("target group " + index + " is not an object");
        }
        var targets = new ArrayList<String>();
        var labels = new LabelsBuilder();
        for (Map.Entry<String, JsonNode> field : item.properties()) {
            JsonNode value = field.getValue();
            switch (field.getKey().toLowerCase(Locale.ROOT)) {
                case "targets" -> {
                    targets.clear();
                    for (JsonNode target : list(value, index)) {
                        targets.add(text(target, "target", index));
                    }
                }
                case "labels" -> {
                    if (!value.isNull() && !value.isObject()) {
                        throw new IllegalArgumentException("labels of target group " + index + " are not an object");
                    }
                    for (Map.Entry<String, JsonNode> label : value.properties()) {
                        if (label.getKey().isEmpty()) {
                            throw new IllegalArgumentException("\"\" is not a valid label name");
                        }
                        // Go reads null as no text.
                        JsonNode given = label.getValue();
                        labels.set(label.getKey(), given.isNull() ? "" : text(given, "label " + label.getKey(), index));
                    }
                }
                default ->
                    throw new IllegalArgumentException(
                            "unknown field \"" + field.getKey() + "\" in target group " + index);
            }
        }
        return new StaticConfig(targets, labels.build());
    }

    private static JsonNode list(JsonNode value, int index) {
        if (!value.isArray() && !value.isNull()) {
            throw new IllegalArgumentException("targets of target group " + index + " are not a list");
        }
        return value;
    }

    private static String text(JsonNode value, String what, int index) {
        if (!value.isString()) {
            throw new IllegalArgumentException(what + " of target group " + index + " is not a string");
        }
        return value.asString();
    }

    /// Groups named `prefix:index` with a label more, and empty ones for the names that were in use before.
    ///
    /// @param before how many groups of the prefix there were
    public static List<TargetGroup> groups(
            String prefix, List<StaticConfig> configs, String labelName, String labelValue, int before) {
        var groups = new ArrayList<TargetGroup>();
        for (StaticConfig config : configs) {
            var targets = new ArrayList<Labels>();
            config.targets().forEach(address -> targets.add(Labels.of("__address__", address)));
            groups.add(new TargetGroup(
                    prefix + ":" + groups.size(), targets, config.labels().with(labelName, labelValue)));
        }
        for (int i = groups.size(); i < before; i++) {
            groups.add(TargetGroup.gone(prefix + ":" + i));
        }
        return groups;
    }
}
