package io.pharos.model.config;

import java.time.Duration;

/// `incidentio_configs`. `maxAlerts` and `timeout` of 0 mean no limit. Without any token the file is accepted, as by
/// Alertmanager, and incident.io refuses the first notification.
public record IncidentioConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        @Key(form = Key.Form.FOREIGN_PATHS) HttpConfig httpConfig,
        @Key(form = Key.Form.HTTP_URL) Url url,
        @Key(always = true) String urlFile,
        Secret alertSourceToken,
        String alertSourceTokenFile,
        @Key(form = Key.Form.UNSIGNED, always = true) long maxAlerts,
        @Key(form = Key.Form.GO_DURATION, always = true) Duration timeout)
        implements Integration {
    public IncidentioConfig {
        if (!url.isSet() && urlFile.isEmpty()) {
            throw new IllegalArgumentException("one of url or url_file must be configured");
        }
        if (url.isSet() && !urlFile.isEmpty()) {
            throw new IllegalArgumentException("at most one of url & url_file must be configured");
        }
        Exclusive.check("alert_source_token", alertSourceToken, alertSourceTokenFile);
        boolean token = alertSourceToken.isSet() || !alertSourceTokenFile.isEmpty();
        boolean authorization = httpConfig.authorization().isPresent();
        if (token && authorization) {
            throw new IllegalArgumentException(
                    "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization");
        }
    }

    @Override
    public String kind() {
        return "incidentio";
    }
}
