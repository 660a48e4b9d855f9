package io.pharos.notifier.receiver.slack;

import io.pharos.model.config.SlackConfig;
import io.pharos.model.template.TemplateException;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Builds the message: one attachment with everything in it.
///
/// A text that fails to render does not keep the message from being sent, as with Alertmanager: it ends there,
/// and all that is rendered after it stays empty.
final class SlackMessage {
    private static final int MAX_TITLE = 1024;
    private static final List<String> MARKDOWN = List.of("fallback", "pretext", "text");

    private final SlackConfig config;
    private final Letter letter;
    private @Nullable TemplateException failure;

    SlackMessage(SlackConfig config, Letter letter) {
        this.config = config;
        this.letter = letter;
    }

    /// What the first text that failed says of it.
    Optional<TemplateException> failure() {
        return Optional.ofNullable(failure);
    }

    private String text(String template) {
        if (failure != null) {
            return "";
        }
        try {
            return letter.text(template);
        } catch (TemplateException e) {
            failure = e;
            return e.printed();
        }
    }

    /// @param update which message to update; else a new one is made
    ObjectNode build(Optional<SlackSender.Place> update) {
        ArrayNode attachments = JsonObject.array();
        attachments.add(attachment());
        String channel = text(config.channel());
        return new JsonObject()
                .withSet("channel", update.map(SlackSender.Place::channel).orElse(channel))
                .withSet("ts", update.map(SlackSender.Place::ts).orElse(""))
                .withSet("username", text(config.username()))
                .withSet("icon_emoji", text(config.iconEmoji()))
                .withSet("icon_url", text(config.iconUrl()))
                .withTrue("link_names", config.linkNames())
                .withSet("text", text(config.messageText()))
                .with("attachments", attachments)
                .node();
    }

    private ObjectNode attachment() {
        ArrayNode markdown = JsonObject.array();
        (config.mrkdwnIn().isEmpty() ? MARKDOWN : config.mrkdwnIn()).forEach(markdown::add);
        var attachment = new JsonObject()
                .withSet("title", Truncation.runes(text(config.title()), MAX_TITLE))
                .withSet("title_link", text(config.titleLink()))
                .withSet("pretext", text(config.pretext()))
                .with("text", text(config.text()))
                .with("fallback", text(config.fallback()))
                .with("callback_id", text(config.callbackId()))
                .withSet("image_url", text(config.imageUrl()))
                .withSet("thumb_url", text(config.thumbUrl()))
                .with("footer", text(config.footer()))
                .withSet("color", text(config.color()))
                .withSet("mrkdwn_in", markdown);
        ArrayNode fields = JsonObject.array();
        for (SlackConfig.Field field : config.fields()) {
            fields.add(new JsonObject()
                    .with("title", text(field.title()))
                    .with("value", text(field.value()))
                    .with("short", field.isShort().orElse(config.shortFields()))
                    .node());
        }
        ArrayNode actions = JsonObject.array();
        config.actions().forEach(action -> actions.add(action(action)));
        return attachment.withSet("fields", fields).withSet("actions", actions).node();
    }

    private ObjectNode action(SlackConfig.Action action) {
        var object = new JsonObject()
                .withSet("type", text(action.type()))
                .withSet("text", text(action.text()))
                .withSet("url", text(action.url()))
                .withSet("style", text(action.style()))
                .withSet("name", text(action.name()))
                .withSet("value", text(action.value()));
        action.confirm()
                .ifPresent(confirm -> object.with(
                        "confirm",
                        new JsonObject()
                                .withSet("text", text(confirm.text()))
                                .withSet("title", text(confirm.title()))
                                .withSet("ok_text", text(confirm.okText()))
                                .withSet("dismiss_text", text(confirm.dismissText()))));
        return object.node();
    }
}
