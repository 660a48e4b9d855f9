package io.pharos.notifier.receiver.slack;

import io.pharos.model.config.SlackConfig;
import io.pharos.notifier.http.JsonObject;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Builds the message: one attachment with everything in it.
final class SlackMessage {
    private static final int MAX_TITLE = 1024;
    private static final List<String> MARKDOWN = List.of("fallback", "pretext", "text");

    private SlackMessage() {}

    /// @param channel rendered, or the id of the message's channel
    /// @param ts which message to update; empty for a new one
    static ObjectNode of(SlackConfig config, Letter letter, String channel, String ts) {
        ArrayNode attachments = JsonObject.array();
        attachments.add(attachment(config, letter));
        return new JsonObject()
                .withSet("channel", channel)
                .withSet("ts", ts)
                .withSet("username", letter.text(config.username()))
                .withSet("icon_emoji", letter.text(config.iconEmoji()))
                .withSet("icon_url", letter.text(config.iconUrl()))
                .withTrue("link_names", config.linkNames())
                .withSet("text", letter.text(config.messageText()))
                .with("attachments", attachments)
                .node();
    }

    private static ObjectNode attachment(SlackConfig config, Letter letter) {
        ArrayNode fields = JsonObject.array();
        for (SlackConfig.Field field : config.fields()) {
            fields.add(new JsonObject()
                    .with("title", letter.text(field.title()))
                    .with("value", letter.text(field.value()))
                    .with("short", field.isShort().orElse(config.shortFields()))
                    .node());
        }
        ArrayNode actions = JsonObject.array();
        config.actions().forEach(action -> actions.add(action(action, letter)));
        ArrayNode markdown = JsonObject.array();
        (config.mrkdwnIn().isEmpty() ? MARKDOWN : config.mrkdwnIn()).forEach(markdown::add);
        return new JsonObject()
                .withSet("title", Truncation.runes(letter.text(config.title()), MAX_TITLE))
                .withSet("title_link", letter.text(config.titleLink()))
                .withSet("pretext", letter.text(config.pretext()))
                .with("text", letter.text(config.text()))
                .with("fallback", letter.text(config.fallback()))
                .with("callback_id", letter.text(config.callbackId()))
                .withSet("fields", fields)
                .withSet("actions", actions)
                .withSet("image_url", letter.text(config.imageUrl()))
                .withSet("thumb_url", letter.text(config.thumbUrl()))
                .with("footer", letter.text(config.footer()))
                .withSet("color", letter.text(config.color()))
                .withSet("mrkdwn_in", markdown)
                .node();
    }

    private static ObjectNode action(SlackConfig.Action action, Letter letter) {
        var object = new JsonObject()
                .withSet("type", letter.text(action.type()))
                .withSet("text", letter.text(action.text()))
                .withSet("url", letter.text(action.url()))
                .withSet("style", letter.text(action.style()))
                .withSet("name", letter.text(action.name()))
                .withSet("value", letter.text(action.value()));
        action.confirm()
                .ifPresent(confirm -> object.with(
                        "confirm",
                        new JsonObject()
                                .withSet("text", letter.text(confirm.text()))
                                .withSet("title", letter.text(confirm.title()))
                                .withSet("ok_text", letter.text(confirm.okText()))
                                .withSet("dismiss_text", letter.text(confirm.dismissText()))));
        return object.node();
    }
}
