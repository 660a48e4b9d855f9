package io.pharos.model.config;

/// `msteamsv2_configs`: flows of Microsoft Teams.
public record Msteamsv2Config(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.SECRET_URL) Secret webhookUrl,
        String webhookUrlFile,

        @Key(or = "{{ template \"msteamsv2.default.title\" . }}")
        String title,

        @Key(or = "{{ template \"msteamsv2.default.text\" . }}")
        String text)
        implements Integration {
    public Msteamsv2Config {
        Exclusive.required(webhookUrl, webhookUrlFile, "one of webhook_url or webhook_url_file must be configured");
        Exclusive.check("webhook_url", webhookUrl, webhookUrlFile);
    }

    @Override
    public String kind() {
        return "msteamsv2";
    }
}
