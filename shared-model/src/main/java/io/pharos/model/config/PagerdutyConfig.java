package io.pharos.model.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `pagerduty_configs`: events version 2 with a routing key, version 1 with a service key.
public record PagerdutyConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        Secret serviceKey,
        String serviceKeyFile,
        Secret routingKey,
        String routingKeyFile,
        @Key(form = Key.Form.HTTP_URL) Url url,

        @Key(or = "{{ template \"pagerduty.default.client\" . }}")
        String client,

        @Key(or = "{{ template \"pagerduty.default.clientURL\" . }}")
        String clientUrl,

        @Key(or = "{{ template \"pagerduty.default.description\" .}}")
        String description,

        Map<String, Tree> details,
        List<Image> images,
        List<Link> links,
        String source,
        String severity,
        @Key("class") String eventClass,
        String component,
        String group,
        @Key(form = Key.Form.GO_DURATION, always = true) Duration timeout)
        implements Integration {
    public record Image(String src, String alt, String href) {}

    public record Link(String href, String text) {}

    private static final Map<String, String> DEFAULT_DETAILS = Map.of(
            "firing", "{{ .Alerts.Firing | toJson }}",
            "resolved", "{{ .Alerts.Resolved | toJson }}",
            "num_firing", "{{ .Alerts.Firing | len }}",
            "num_resolved", "{{ .Alerts.Resolved | len }}");

    public PagerdutyConfig {
        Exclusive.check("service_key", serviceKey, serviceKeyFile);
        Exclusive.check("routing_key", routingKey, routingKeyFile);
        if (!serviceKey.isSet() && serviceKeyFile.isEmpty() && !routingKey.isSet() && routingKeyFile.isEmpty()) {
            throw new IllegalArgumentException("missing service or routing key in PagerDuty config");
        }
        source = source.isEmpty() ? client : source;
        var all = new LinkedHashMap<>(details);
        DEFAULT_DETAILS.forEach((name, value) -> all.putIfAbsent(name, new Tree.Text(value)));
        details = Collections.unmodifiableMap(all);
    }

    @Override
    public String kind() {
        return "pagerduty";
    }
}
