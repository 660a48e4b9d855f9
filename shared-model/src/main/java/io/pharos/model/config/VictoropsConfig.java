package io.pharos.model.config;

import java.util.Map;
import java.util.Set;

/// `victorops_configs`.
public record VictoropsConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        Secret apiKey,
        String apiKeyFile,
        @Key(form = Key.Form.HTTP_URL) Url apiUrl,
        String routingKey,
        @Key(or = "CRITICAL") String messageType,

        @Key(or = "{{ template \"victorops.default.state_message\" . }}")
        String stateMessage,

        @Key(or = "{{ template \"victorops.default.entity_display_name\" . }}")
        String entityDisplayName,

        @Key(or = "{{ template \"victorops.default.monitoring_tool\" . }}")
        String monitoringTool,

        Map<String, String> customFields)
        implements Integration {
    private static final Set<String> RESERVED = Set.of(
            "routing_key",
            "message_type",
            "state_message",
            "entity_display_name",
            "monitoring_tool",
            "entity_id",
            "entity_state");

    public VictoropsConfig {
        if (routingKey.isEmpty()) {
            throw new IllegalArgumentException("missing Routing key in VictorOps config");
        }
        Exclusive.check("api_key", apiKey, apiKeyFile);
        Exclusive.required(apiKey, apiKeyFile, "no global VictorOps API Key set");
        for (String name : customFields.keySet()) {
            if (RESERVED.contains(name)) {
                throw new BadField(
                        "custom_fields",
                        "victorOps config contains custom field " + name
                                + " which cannot be used as it conflicts with the fixed/static fields");
            }
        }
    }

    @Override
    public String kind() {
        return "victorops";
    }
}
