package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One entry of `receivers`. Without integrations: a black hole.
public record Receiver(
        String name,
        Map<String, String> labels,
        @Key(nullItem = "missing discord config") List<DiscordConfig> discordConfigs,
        @Key(nullItem = "missing email config") List<EmailConfig> emailConfigs,
        @Key(nullItem = "missing incident.io config") List<IncidentioConfig> incidentioConfigs,
        @Key(nullItem = "missing pagerduty config") List<PagerdutyConfig> pagerdutyConfigs,
        @Key(nullItem = "missing slack config") List<SlackConfig> slackConfigs,
        @Key(nullItem = "missing webhook config") List<WebhookConfig> webhookConfigs,
        @Key(nullItem = "missing opsgenie config") List<OpsgenieConfig> opsgenieConfigs,
        @Key(nullItem = "missing wechat config") List<WechatConfig> wechatConfigs,
        @Key(nullItem = "missing pushover config") List<PushoverConfig> pushoverConfigs,
        @Key(nullItem = "missing victorops config") List<VictoropsConfig> victoropsConfigs,
        @Key(nullItem = "missing sns config") List<SnsConfig> snsConfigs,
        @Key(nullItem = "missing telegram config") List<TelegramConfig> telegramConfigs,
        @Key(nullItem = "missing webex config") List<WebexConfig> webexConfigs,
        @Key(nullItem = "missing msteams config") List<MsteamsConfig> msteamsConfigs,
        @Key(nullItem = "missing msteamsv2 config") List<Msteamsv2Config> msteamsv2Configs,
        @Key(nullItem = "missing jira config") List<JiraConfig> jiraConfigs,
        @Key(nullItem = "missing rocketchat config") List<RocketchatConfig> rocketchatConfigs,
        @Key(nullItem = "missing mattermost config") List<MattermostConfig> mattermostConfigs) {
    /// An integration and its place among those of its kind, from 0.
    public record Numbered(Integration config, int index) {
        public String kind() {
            return config.kind();
        }
    }

    public Receiver {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("missing name in receiver");
        }
        String own = labels.get("name");
        if (own != null && !own.equals(name)) {
            throw new BadField(
                    "labels",
                    "receiver label \"name\" must match receiver name " + GoText.quote(name) + ", got "
                            + GoText.quote(own));
        }
        var all = new TreeMap<>(labels);
        all.put("name", name);
        labels = Collections.unmodifiableMap(all);
    }

    /// All integrations in the order in which Alertmanager builds them.
    public List<Numbered> integrations() {
        var all = new ArrayList<Numbered>();
        for (List<? extends Integration> kind : List.of(
                webhookConfigs,
                emailConfigs,
                pagerdutyConfigs,
                opsgenieConfigs,
                wechatConfigs,
                slackConfigs,
                victoropsConfigs,
                pushoverConfigs,
                snsConfigs,
                telegramConfigs,
                discordConfigs,
                webexConfigs,
                msteamsConfigs,
                msteamsv2Configs,
                jiraConfigs,
                incidentioConfigs,
                rocketchatConfigs,
                mattermostConfigs)) {
            for (int i = 0; i < kind.size(); i++) {
                all.add(new Numbered(kind.get(i), i));
            }
        }
        return List.copyOf(all);
    }
}
