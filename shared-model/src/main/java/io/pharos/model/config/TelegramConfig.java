package io.pharos.model.config;

import java.util.Set;

/// `telegram_configs`; `parseMode` is `Markdown`, `MarkdownV2`, `HTML` or empty.
public record TelegramConfig(
        @Key(or = "true", always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.HTTP_URL) Url apiUrl,
        Secret botToken,
        String botTokenFile,
        @Key("chat_id") long chatId,
        String chatIdFile,
        int messageThreadId,

        @Key(or = "{{ template \"telegram.default.message\" . }}")
        String message,

        boolean disableNotifications,
        @Key(or = "HTML") String parseMode)
        implements Integration {
    public TelegramConfig {
        Exclusive.check("bot_token", botToken, botTokenFile);
        Exclusive.required(botToken, botTokenFile, "missing bot_token or bot_token_file on telegram_config");
        if (chatId == 0 && chatIdFile.isEmpty()) {
            throw new IllegalArgumentException("missing chat_id or chat_id_file on telegram_config");
        }
        if (chatId != 0 && !chatIdFile.isEmpty()) {
            throw new IllegalArgumentException("at most one of chat_id & chat_id_file must be configured");
        }
        if (!Set.of("", "Markdown", "MarkdownV2", "HTML").contains(parseMode)) {
            throw new BadField(
                    "parse_mode",
                    "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string");
        }
    }

    @Override
    public String kind() {
        return "telegram";
    }
}
