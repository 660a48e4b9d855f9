package io.pharos.model.config;

import java.util.List;
import java.util.Optional;

/// `mattermost_configs`. Own `attachments` replace the one made of the fields.
public record MattermostConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.SECRET_URL) Secret webhookUrl,
        String webhookUrlFile,
        String channel,

        @Key(or = "{{ template \"mattermost.default.username\" . }}")
        String username,

        @Key(or = "{{ template \"mattermost.default.text\" . }}")
        String text,

        @Key(or = "{{ template \"mattermost.default.fallback\" . }}")
        String fallback,

        @Key(or = "{{ template \"mattermost.default.color\" . }}")
        String color,

        String pretext,

        String authorName,
        String authorLink,
        String authorIcon,

        @Key(or = "{{ template \"mattermost.default.title\" . }}")
        String title,

        @Key(or = "{{ template \"mattermost.default.titlelink\" . }}")
        String titleLink,

        List<Field> fields,
        String thumbUrl,
        String footer,
        String footerIcon,
        String imageUrl,
        String iconUrl,
        String iconEmoji,
        List<Attachment> attachments,
        String type,
        Optional<Props> props,
        Optional<Priority> priority)
        implements Integration {
    public record Field(
            String title, String value, @Key("short") Optional<Boolean> isShort) {
        public Field {
            if (title.isEmpty()) {
                throw new IllegalArgumentException("missing title in Mattermost field configuration");
            }
            if (value.isEmpty()) {
                throw new IllegalArgumentException("missing value in Mattermost field configuration");
            }
        }
    }

    public record Attachment(
            String fallback,
            String color,
            String pretext,
            String text,
            String authorName,
            String authorLink,
            String authorIcon,
            String title,
            String titleLink,
            List<Field> fields,
            String thumbUrl,
            String footer,
            String footerIcon,
            String imageUrl) {}

    public record Props(String card) {}

    public record Priority(String priority, boolean requestedAck, boolean persistentNotifications) {}

    public MattermostConfig {
        Exclusive.check("webhook_url", webhookUrl, webhookUrlFile);
        Exclusive.required(webhookUrl, webhookUrlFile, "no Mattermost webhook URL set either inline or in a file");
    }

    @Override
    public String kind() {
        return "mattermost";
    }
}
