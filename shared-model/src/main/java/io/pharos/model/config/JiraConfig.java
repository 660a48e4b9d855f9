package io.pharos.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `jira_configs`; `apiType` is `auto`, `cloud` or `datacenter`.
public record JiraConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.HTTP_URL) Url apiUrl,
        @Key(or = "auto") String apiType,
        String project,

        @Key(or = "{{ template \"jira.default.summary\" . }}")
        TextOrTemplate summary,

        @Key(or = "{{ template \"jira.default.description\" . }}")
        TextOrTemplate description,

        List<String> labels,

        @Key(or = "{{ template \"jira.default.priority\" . }}")
        String priority,

        String issueType,
        String reopenTransition,
        String resolveTransition,
        String wontFixResolution,
        Duration reopenDuration,
        Map<String, Tree> fields)
        implements Integration {
    public JiraConfig {
        if (project.isEmpty()) {
            throw new IllegalArgumentException("missing project in jira_config");
        }
        if (issueType.isEmpty()) {
            throw new IllegalArgumentException("missing issue_type in jira_config");
        }
        if (!apiUrl.isSet()) {
            throw new IllegalArgumentException("no global Jira Cloud URL set");
        }
        if (!Set.of("auto", "cloud", "datacenter").contains(apiType)) {
            throw new BadField(
                    "api_type", "unknown api_type on jira_config, must be cloud, datacenter or auto, got: " + apiType);
        }
    }

    @Override
    public String kind() {
        return "jira";
    }
}
