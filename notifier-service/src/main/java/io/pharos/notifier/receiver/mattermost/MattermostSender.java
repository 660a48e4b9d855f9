package io.pharos.notifier.receiver.mattermost;

import io.pharos.model.config.MattermostConfig;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.http.StatusRule;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.SecretText;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `mattermost_configs`.
public final class MattermostSender implements Sender {
    private static final int MAX_TEXT = 16383;
    private static final Set<String> PRIORITIES = Set.of("urgent", "important", "standard");

    private final MattermostConfig config;
    private final Transport transport;

    public MattermostSender(MattermostConfig config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String url;
        try {
            url = new SecretText(config.webhookUrl(), config.webhookUrlFile()).trimmed();
        } catch (IOException e) {
            return Attempt.refused(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        return Exchange.of(
                transport, HttpCall.postJson(url, message(letter)), letter.timeLeft(), StatusRule.SERVER_ERRORS::judge);
    }

    private ObjectNode message(Letter letter) {
        ArrayNode attachments = JsonObject.array();
        String text = "";
        if (config.attachments().isEmpty()) {
            attachments.add(attachment(fromFields(), letter));
        } else {
            text = Truncation.runes(letter.text(config.text()), MAX_TEXT);
            config.attachments().forEach(attachment -> attachments.add(attachment(attachment, letter)));
        }
        var message = new JsonObject()
                .withSet("text", text)
                .withSet("channel", letter.text(config.channel()))
                .withSet("username", letter.text(config.username()))
                .withSet("icon_url", letter.text(config.iconUrl()))
                .withSet("icon_emoji", letter.text(config.iconEmoji()))
                .with("attachments", attachments)
                .withSet("type", letter.text(config.type()));
        config.props()
                .ifPresent(props -> message.with("props", new JsonObject().withSet("card", letter.text(props.card()))));
        config.priority().ifPresent(priority -> message.with("priority", priority(priority, letter)));
        return message.node();
    }

    private MattermostConfig.Attachment fromFields() {
        return new MattermostConfig.Attachment(
                config.fallback(),
                config.color(),
                config.pretext(),
                config.text(),
                config.authorName(),
                config.authorLink(),
                config.authorIcon(),
                config.title(),
                config.titleLink(),
                config.fields(),
                config.thumbUrl(),
                config.footer(),
                config.footerIcon(),
                config.imageUrl());
    }

    private static ObjectNode attachment(MattermostConfig.Attachment attachment, Letter letter) {
        return new JsonObject()
                .withSet("fallback", letter.text(attachment.fallback()))
                .withSet("color", letter.text(attachment.color()))
                .withSet("pretext", letter.text(attachment.pretext()))
                .withSet("text", letter.text(attachment.text()))
                .withSet("author_name", letter.text(attachment.authorName()))
                .withSet("author_link", letter.text(attachment.authorLink()))
                .withSet("author_icon", letter.text(attachment.authorIcon()))
                .withSet("title", letter.text(attachment.title()))
                .withSet("title_link", letter.text(attachment.titleLink()))
                .withSet("fields", fields(attachment.fields(), letter))
                .withSet("thumb_url", letter.text(attachment.thumbUrl()))
                .withSet("footer", letter.text(attachment.footer()))
                .withSet("footer_icon", letter.text(attachment.footerIcon()))
                .withSet("image_url", letter.text(attachment.imageUrl()))
                .node();
    }

    private static ArrayNode fields(List<MattermostConfig.Field> fields, Letter letter) {
        ArrayNode all = JsonObject.array();
        for (MattermostConfig.Field field : fields) {
            var object = new JsonObject()
                    .with("title", letter.text(field.title()))
                    .with("value", letter.text(field.value()));
            field.isShort().ifPresent(isShort -> object.with("short", isShort));
            all.add(object.node());
        }
        return all;
    }

    /// Acknowledgements are for important and urgent messages, persistent notifications for urgent ones alone.
    private static JsonObject priority(MattermostConfig.Priority priority, Letter letter) {
        String asked = letter.text(priority.priority()).toLowerCase(Locale.ROOT);
        String level = PRIORITIES.contains(asked) ? asked : "standard";
        return new JsonObject()
                .with("priority", level)
                .withTrue("requested_ack", priority.requestedAck() && !level.equals("standard"))
                .withTrue("persistent_notifications", priority.persistentNotifications() && level.equals("urgent"));
    }
}
