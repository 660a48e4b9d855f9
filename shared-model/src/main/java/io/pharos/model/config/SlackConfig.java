package io.pharos.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `slack_configs`. With a token the message goes to `appUrl`, else to `apiUrl`.
public record SlackConfig(
        @Key(always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.SECRET_URL) Secret apiUrl,
        String apiUrlFile,
        Secret appToken,
        String appTokenFile,
        @Key(form = Key.Form.HTTP_URL) Url appUrl,
        String channel,

        @Key(or = "{{ template \"slack.default.username\" . }}")
        String username,

        @Key(or = "{{ template \"slack.default.color\" . }}")
        String color,

        @Key(or = "{{ template \"slack.default.title\" . }}")
        String title,

        @Key(or = "{{ template \"slack.default.titlelink\" . }}")
        String titleLink,

        @Key(or = "{{ template \"slack.default.pretext\" . }}")
        String pretext,

        @Key(or = "{{ template \"slack.default.text\" . }}") String text,
        String messageText,
        List<Field> fields,
        @Key(always = true) boolean shortFields,

        @Key(or = "{{ template \"slack.default.footer\" . }}")
        String footer,

        @Key(or = "{{ template \"slack.default.fallback\" . }}")
        String fallback,

        @Key(or = "{{ template \"slack.default.callbackid\" . }}")
        String callbackId,

        @Key(or = "{{ template \"slack.default.iconemoji\" . }}")
        String iconEmoji,

        @Key(or = "{{ template \"slack.default.iconurl\" . }}")
        String iconUrl,

        String imageUrl,
        String thumbUrl,
        @Key(always = true) boolean linkNames,
        List<String> mrkdwnIn,
        List<Action> actions,
        @Key(always = true) boolean updateMessage,
        @Key(form = Key.Form.GO_DURATION, always = true) Duration timeout)
        implements Integration {
    /// A field of the attachment; where `isShort` is absent, `short_fields` decides.
    public record Field(
            String title, String value, @Key("short") Optional<Boolean> isShort) {
        public Field {
            if (title.isEmpty()) {
                throw new IllegalArgumentException("missing title in Slack field configuration");
            }
            if (value.isEmpty()) {
                throw new IllegalArgumentException("missing value in Slack field configuration");
            }
        }
    }

    /// A button; with a `url` it is a link, else it has a `name` and may have a value and ask first.
    public record Action(
            String type, String text, String url, String style, String name, String value, Optional<Confirm> confirm) {
        public Action {
            if (type.isEmpty()) {
                throw new IllegalArgumentException("missing type in Slack action configuration");
            }
            if (text.isEmpty()) {
                throw new IllegalArgumentException("missing text in Slack action configuration");
            }
            if (!url.isEmpty()) {
                name = "";
                value = "";
                confirm = Optional.empty();
            } else if (name.isEmpty()) {
                throw new IllegalArgumentException("missing name or url in Slack action configuration");
            }
        }
    }

    /// What is asked before a button acts.
    public record Confirm(String text, String title, String okText, String dismissText) {
        public Confirm {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("missing text in Slack confirmation configuration");
            }
        }
    }

    private static final String POST_MESSAGE = "https://slack.com/api/chat.postMessage";

    public SlackConfig {
        Exclusive.check("api_url", apiUrl, apiUrlFile);
        Exclusive.check("app_token", appToken, appTokenFile);
        boolean url = apiUrl.isSet() || !apiUrlFile.isEmpty();
        boolean token = appToken.isSet() || !appTokenFile.isEmpty();
        if (url && token) {
            throw new IllegalArgumentException(
                    "at most one of api_url/api_url_file & app_token/app_token_file must be configured");
        }
        if (updateMessage && !token && !apiUrl.value().equals(POST_MESSAGE)) {
            throw new BadField(
                    "update_message",
                    "update_message can only be used with bot tokens. api_url must be set to " + POST_MESSAGE);
        }
        if (!url && !token) {
            throw new IllegalArgumentException("no Slack API URL nor App token set either inline or in a file");
        }
        if (token && httpConfig.authorization().isPresent()) {
            throw new BadField("http_config", "http authorization can't be set when using Slack App tokens");
        }
    }

    @Override
    public String kind() {
        return "slack";
    }
}
