package io.pharos.model.config;

/// `wechat_configs`; `messageType` is `text` or `markdown`.
public record WechatConfig(
        @Key(always = true) boolean sendResolved,
        HttpConfig httpConfig,
        Secret apiSecret,
        String apiSecretFile,
        String corpId,

        @Key(or = "{{ template \"wechat.default.message\" . }}")
        String message,

        @Key(form = Key.Form.HTTP_URL) Url apiUrl,

        @Key(or = "{{ template \"wechat.default.to_user\" . }}")
        String toUser,

        @Key(or = "{{ template \"wechat.default.to_party\" . }}")
        String toParty,

        @Key(or = "{{ template \"wechat.default.to_tag\" . }}")
        String toTag,

        @Key(or = "{{ template \"wechat.default.agent_id\" . }}")
        String agentId,

        String messageType)
        implements Integration {
    public WechatConfig {
        messageType = messageType.isEmpty() ? "text" : messageType;
        if (!messageType.equals("text") && !messageType.equals("markdown")) {
            throw new BadField(
                    "message_type",
                    "weChat message type \"" + messageType + "\" does not match valid options text|markdown");
        }
        Exclusive.check("api_secret", apiSecret, apiSecretFile);
        Exclusive.required(apiSecret, apiSecretFile, "no global Wechat Api Secret set either inline or in a file");
        if (corpId.isEmpty()) {
            throw new IllegalArgumentException("no global Wechat CorpID set");
        }
    }

    @Override
    public String kind() {
        return "wechat";
    }
}
