package io.pharos.model.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// `opsgenie_configs`.
public record OpsgenieConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        Secret apiKey,
        String apiKeyFile,
        @Key(form = Key.Form.HTTP_URL) Url apiUrl,

        @Key(or = "{{ template \"opsgenie.default.message\" . }}")
        String message,

        @Key(or = "{{ template \"opsgenie.default.description\" . }}")
        String description,

        @Key(or = "{{ template \"opsgenie.default.source\" . }}")
        String source,

        Map<String, String> details,
        String entity,
        List<Responder> responders,
        String actions,
        String tags,
        String note,
        String priority,
        boolean updateAlerts)
        implements Integration {
    /// Whom to tell: one of id, name and username; the type may be a template.
    public record Responder(String id, String name, String username, String type) {
        private static final Set<String> TYPES = Set.of("team", "teams", "user", "escalation", "schedule");

        public Responder {
            if (id.isEmpty() && name.isEmpty() && username.isEmpty()) {
                throw new IllegalArgumentException(
                        "opsGenieConfig responder has to have at least one of id, username or name specified");
            }
            if (!type.contains("{{") && !TYPES.contains(type.toLowerCase(java.util.Locale.ROOT))) {
                throw new BadField(
                        "type",
                        "opsGenieConfig responder type " + type
                                + " is invalid, must be one of team, teams, user, escalation or schedule");
            }
        }
    }

    public OpsgenieConfig {
        Exclusive.check("api_key", apiKey, apiKeyFile);
        Exclusive.required(apiKey, apiKeyFile, "no global OpsGenie API Key set either inline or in a file");
        apiUrl = withSlash(apiUrl);
    }

    private static Url withSlash(Url url) {
        return !url.isSet() || url.text().endsWith("/") ? url : Url.parse(url.text() + "/");
    }

    @Override
    public String kind() {
        return "opsgenie";
    }
}
