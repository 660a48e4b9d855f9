package io.pharos.model.config;

/// `msteams_configs`: the older connectors of Microsoft Teams.
public record MsteamsConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.SECRET_URL) Secret webhookUrl,
        String webhookUrlFile,

        @Key(or = "{{ template \"msteams.default.title\" . }}")
        String title,

        @Key(or = "{{ template \"msteams.default.summary\" . }}")
        String summary,

        @Key(or = "{{ template \"msteams.default.text\" . }}")
        String text)
        implements Integration {
    public MsteamsConfig {
        Exclusive.required(webhookUrl, webhookUrlFile, "one of webhook_url or webhook_url_file must be configured");
        Exclusive.check("webhook_url", webhookUrl, webhookUrlFile);
    }

    @Override
    public String kind() {
        return "msteams";
    }
}
