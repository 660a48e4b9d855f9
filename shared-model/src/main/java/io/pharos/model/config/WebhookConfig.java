package io.pharos.model.config;

import io.pharos.model.template.NotificationTemplates;
import io.pharos.model.template.TemplateException;
import java.time.Duration;

/// `webhook_configs`. `url` may be a template; `payload` replaces the body; `maxAlerts` and `timeout` of 0 mean no
/// limit.
public record WebhookConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        Secret url,
        @Key(always = true) String urlFile,
        @Key(form = Key.Form.UNSIGNED, always = true) long maxAlerts,
        @Key(form = Key.Form.GO_DURATION, always = true) Duration timeout,
        Tree payload)
        implements Integration {
    public WebhookConfig {
        if (!url.isSet() && urlFile.isEmpty()) {
            throw new IllegalArgumentException("one of url or url_file must be configured");
        }
        if (url.isSet() && !urlFile.isEmpty()) {
            throw new IllegalArgumentException("at most one of url & url_file must be configured");
        }
        if (url.value().contains("{{")) {
            try {
                NotificationTemplates.checkSyntax(url.value());
            } catch (TemplateException e) {
                throw new BadField("url", "invalid template syntax: " + e.text());
            }
        }
        if (url.isSet() && !url.value().contains("{{") && !url.value().equals(Secret.HIDDEN)) {
            try {
                Url.parseHttp(url.value());
            } catch (IllegalArgumentException e) {
                throw new BadField("url", String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public String kind() {
        return "webhook";
    }
}
