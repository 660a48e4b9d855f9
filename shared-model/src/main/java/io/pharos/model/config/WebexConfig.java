package io.pharos.model.config;

/// `webex_configs`; the token stands in `http_config.authorization`.
public record WebexConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.HTTP_URL) Url apiUrl,

        @Key(or = "{{ template \"webex.default.message\" . }}")
        String message,

        String roomId)
        implements Integration {
    public WebexConfig {
        if (roomId.isEmpty()) {
            throw new IllegalArgumentException("missing room_id on webex_config");
        }
        if (httpConfig.authorization().isEmpty()) {
            throw new IllegalArgumentException("missing webex_configs.http_config.authorization");
        }
    }

    @Override
    public String kind() {
        return "webex";
    }
}
