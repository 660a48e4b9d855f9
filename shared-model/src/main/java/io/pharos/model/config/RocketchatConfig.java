package io.pharos.model.config;

import java.util.List;
import java.util.Optional;

/// `rocketchat_configs`.
public record RocketchatConfig(
        @Key(always = true) boolean sendResolved,
        HttpConfig httpConfig,
        @Key(form = Key.Form.HTTP_URL) Url apiUrl,
        Secret tokenId,
        String tokenIdFile,
        Secret token,
        String tokenFile,
        String channel,

        @Key(or = "{{ if eq .Status \"firing\" }}red{{ else }}green{{ end }}")
        String color,

        @Key(or = "{{ template \"rocketchat.default.title\" . }}")
        String title,

        @Key(or = "{{ template \"rocketchat.default.titlelink\" . }}")
        String titleLink,

        @Key(or = "{{ template \"rocketchat.default.text\" . }}")
        String text,

        List<Field> fields,
        @Key(always = true) boolean shortFields,

        @Key(or = "{{ template \"rocketchat.default.emoji\" . }}")
        String emoji,

        @Key(or = "{{ template \"rocketchat.default.iconurl\" . }}")
        String iconUrl,

        String imageUrl,
        String thumbUrl,
        @Key(always = true) boolean linkNames,
        List<Action> actions)
        implements Integration {
    /// A field of the attachment; where `isShort` is absent, `short_fields` decides.
    public record Field(@Key("short") Optional<Boolean> isShort, String title, String value) {}

    /// A button. Keys have no underscores, as upstream's.
    public record Action(
            String type,
            String text,
            String url,
            @Key("imageurl") String imageUrl,
            @Key("iswebview") boolean isWebView,
            @Key("webviewheightratio") String webViewHeightRatio,
            String msg,
            @Key("msginchatwindow") boolean msgInChatWindow,
            @Key("msgprocessingtype") String msgProcessingType) {}

    public RocketchatConfig {
        Exclusive.check("token", token, tokenFile);
        Exclusive.check("token_id", tokenId, tokenIdFile);
        Exclusive.required(tokenId, tokenIdFile, "no global Rocketchat TokenID set either inline or in a file");
        Exclusive.required(token, tokenFile, "no global Rocketchat Token set either inline or in a file");
    }

    @Override
    public String kind() {
        return "rocketchat";
    }
}
