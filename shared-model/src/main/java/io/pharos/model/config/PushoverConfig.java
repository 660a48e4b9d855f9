package io.pharos.model.config;

import java.time.Duration;

/// `pushover_configs`.
public record PushoverConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        Secret userKey,
        String userKeyFile,
        Secret token,
        String tokenFile,

        @Key(or = "{{ template \"pushover.default.title\" . }}")
        String title,

        @Key(or = "{{ template \"pushover.default.message\" . }}")
        String message,

        @Key(or = "{{ template \"pushover.default.url\" . }}")
        String url,

        String urlTitle,
        String device,
        String sound,

        @Key(or = "{{ if eq .Status \"firing\" }}2{{ else }}0{{ end }}")
        String priority,

        @Key(or = "1m", form = Key.Form.GO_DURATION) Duration retry,
        @Key(or = "1h", form = Key.Form.GO_DURATION) Duration expire,
        @Key(form = Key.Form.GO_DURATION) Duration ttl,
        boolean html,
        boolean monospace)
        implements Integration {
    public PushoverConfig {
        if (html && monospace) {
            throw new IllegalArgumentException("at most one of monospace & html must be configured");
        }
        Exclusive.required(userKey, userKeyFile, "one of user_key or user_key_file must be configured");
        Exclusive.check("user_key", userKey, userKeyFile);
        Exclusive.required(token, tokenFile, "one of token or token_file must be configured");
        Exclusive.check("token", token, tokenFile);
    }

    @Override
    public String kind() {
        return "pushover";
    }
}
