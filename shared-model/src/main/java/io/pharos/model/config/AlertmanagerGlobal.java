package io.pharos.model.config;

import java.time.Duration;
import java.util.Optional;

/// `global` of `alertmanager.yml`: what integrations fall back to.
public record AlertmanagerGlobal(
        @Key(or = "5m", always = true) Duration resolveTimeout,
        HttpConfig httpConfig,
        @Key(form = Key.Form.HTTP_URL) Url jiraApiUrl,
        String smtpFrom,
        @Key(or = "localhost") String smtpHello,
        String smtpSmarthost,
        String smtpAuthUsername,
        Secret smtpAuthPassword,
        String smtpAuthPasswordFile,
        Secret smtpAuthSecret,
        String smtpAuthSecretFile,
        String smtpAuthIdentity,
        @Key(or = "true", always = true) boolean smtpRequireTls,
        @Key(form = Key.Form.FOREIGN_PATHS, always = true) TlsConfig smtpTlsConfig,
        Optional<Boolean> smtpForceImplicitTls,
        @Key(form = Key.Form.SECRET_URL) Secret slackApiUrl,
        String slackApiUrlFile,
        Secret slackAppToken,
        String slackAppTokenFile,

        @Key(or = "https://slack.com/api/chat.postMessage", form = Key.Form.HTTP_URL)
        Url slackAppUrl,

        @Key(or = "https://events.pagerduty.com/v2/enqueue", form = Key.Form.HTTP_URL)
        Url pagerdutyUrl,

        @Key(or = "https://api.opsgenie.com/", form = Key.Form.HTTP_URL)
        Url opsgenieApiUrl,

        Secret opsgenieApiKey,
        String opsgenieApiKeyFile,

        @Key(or = "https://qyapi.weixin.qq.com/cgi-bin/", form = Key.Form.HTTP_URL)
        Url wechatApiUrl,

        Secret wechatApiSecret,
        String wechatApiSecretFile,
        String wechatApiCorpId,

        @Key(or = "https://alert.victorops.com/integrations/generic/20131114/alert/", form = Key.Form.HTTP_URL)
        Url victoropsApiUrl,

        Secret victoropsApiKey,
        String victoropsApiKeyFile,

        @Key(or = "https://api.telegram.org", form = Key.Form.HTTP_URL)
        Url telegramApiUrl,

        Secret telegramBotToken,
        String telegramBotTokenFile,

        @Key(or = "https://webexapis.com/v1/messages", form = Key.Form.HTTP_URL)
        Url webexApiUrl,

        @Key(or = "https://open.rocket.chat/", form = Key.Form.HTTP_URL)
        Url rocketchatApiUrl,

        Secret rocketchatToken,
        String rocketchatTokenFile,
        Secret rocketchatTokenId,
        String rocketchatTokenIdFile,
        @Key(form = Key.Form.SECRET_URL) Secret mattermostWebhookUrl,
        String mattermostWebhookUrlFile) {
    public AlertmanagerGlobal {
        Exclusive.check("smtp_auth_password", smtpAuthPassword, smtpAuthPasswordFile);
        Exclusive.check("smtp_auth_secret", smtpAuthSecret, smtpAuthSecretFile);
        Exclusive.check("slack_api_url", slackApiUrl, slackApiUrlFile);
        Exclusive.check("slack_app_token", slackAppToken, slackAppTokenFile);
        Exclusive.check("opsgenie_api_key", opsgenieApiKey, opsgenieApiKeyFile);
        Exclusive.check("wechat_api_secret", wechatApiSecret, wechatApiSecretFile);
        Exclusive.check("victorops_api_key", victoropsApiKey, victoropsApiKeyFile);
        Exclusive.check("telegram_bot_token", telegramBotToken, telegramBotTokenFile);
        Exclusive.check("rocketchat_token", rocketchatToken, rocketchatTokenFile);
        Exclusive.check("rocketchat_token_id", rocketchatTokenId, rocketchatTokenIdFile);
        Exclusive.check("mattermost_webhook_url", mattermostWebhookUrl, mattermostWebhookUrlFile);
        boolean url = slackApiUrl.isSet() || !slackApiUrlFile.isEmpty();
        boolean token = slackAppToken.isSet() || !slackAppTokenFile.isEmpty();
        if (url && token && !slackApiUrl.value().equals(slackAppUrl.text())) {
            throw new IllegalArgumentException("at most one of slack_app_token/slack_app_token_file &"
                    + " slack_api_url/slack_api_url_file must be configured");
        }
        EmailConfig.checkSmarthost("smtp_smarthost", smtpSmarthost);
    }
}
