package io.pharos.model.config;

/// The configuration of one way to tell people.
public sealed interface Integration
        permits WebhookConfig,
                EmailConfig,
                PagerdutyConfig,
                OpsgenieConfig,
                WechatConfig,
                SlackConfig,
                VictoropsConfig,
                PushoverConfig,
                SnsConfig,
                TelegramConfig,
                DiscordConfig,
                WebexConfig,
                MsteamsConfig,
                Msteamsv2Config,
                JiraConfig,
                IncidentioConfig,
                RocketchatConfig,
                MattermostConfig {
    /// Whether it is told of resolved alerts.
    boolean sendResolved();

    /// Its name in metrics, logs and the notification log: `webhook`, `slack`…
    String kind();
}
