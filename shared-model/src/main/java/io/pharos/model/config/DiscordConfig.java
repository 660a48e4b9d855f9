package io.pharos.model.config;

/// `discord_configs`.
public record DiscordConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.SECRET_URL) Secret webhookUrl,
        String webhookUrlFile,
        String content,

        @Key(or = "{{ template \"discord.default.title\" . }}")
        String title,

        @Key(or = "{{ template \"discord.default.message\" . }}")
        String message,

        String username,
        String avatarUrl)
        implements Integration {
    public DiscordConfig {
        Exclusive.required(webhookUrl, webhookUrlFile, "one of webhook_url or webhook_url_file must be configured");
        Exclusive.check("webhook_url", webhookUrl, webhookUrlFile);
    }

    @Override
    public String kind() {
        return "discord";
    }
}
