package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `alertmanager.yml`, whole. What an integration leaves to `global` is filled in.
///
/// @param templates globs, resolved against the file's folder
public record AlertmanagerConfig(
        AlertmanagerGlobal global,
        Optional<Route> route,
        List<InhibitRule> inhibitRules,
        List<Receiver> receivers,
        @Key(form = Key.Form.PATH, always = true) List<String> templates,
        List<NamedIntervals> muteTimeIntervals,
        List<NamedIntervals> timeIntervals) {
    /// An entry of `time_intervals`: a name and what it stands for.
    public record NamedIntervals(String name, List<TimeIntervalConfig> timeIntervals) {
        public NamedIntervals {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("missing name in time interval");
            }
        }
    }

    /// An entry of `inhibit_rules`, as written; the older maps count as well, see [#source()] and [#target()].
    public record InhibitRule(
            String name,
            Map<String, String> sourceMatch,
            Map<String, String> sourceMatchRe,
            Matchers sourceMatchers,
            Map<String, String> targetMatch,
            Map<String, String> targetMatchRe,
            Matchers targetMatchers,
            List<String> equal) {
        public InhibitRule {
            Matchers.check("source_match", sourceMatch, "source_match_re", sourceMatchRe);
            Matchers.check("target_match", targetMatch, "target_match_re", targetMatchRe);
            for (String label : equal) {
                if (label.isEmpty()) {
                    throw new BadField("equal", "invalid label name \"\" in equal list");
                }
            }
        }

        /// All source matchers, sorted.
        public Matchers source() {
            return sourceMatchers.and(sourceMatch, sourceMatchRe);
        }

        /// All target matchers, sorted.
        public Matchers target() {
            return targetMatchers.and(targetMatch, targetMatchRe);
        }
    }

    public AlertmanagerConfig {
        var names = new HashSet<String>();
        for (Receiver receiver : receivers) {
            if (!names.add(receiver.name())) {
                throw new BadField(
                        "receivers", "notification config name " + GoText.quote(receiver.name()) + " is not unique");
            }
        }
        if (route.isEmpty()) {
            throw new IllegalArgumentException("no routes provided");
        }
        checkRoot(route.get());
        var intervals = new HashSet<String>();
        for (NamedIntervals named : muteTimeIntervals) {
            if (!intervals.add(named.name())) {
                throw new BadField(
                        "mute_time_intervals", "mute time interval " + GoText.quote(named.name()) + " is not unique");
            }
        }
        for (NamedIntervals named : timeIntervals) {
            if (!intervals.add(named.name())) {
                throw new BadField("time_intervals", "time interval " + GoText.quote(named.name()) + " is not unique");
            }
        }
        checkRoute(route.get(), names, intervals);
    }

    private static void checkRoot(Route root) {
        if (root.receiver().isEmpty()) {
            throw new BadField("route", "root route must specify a default receiver");
        }
        if (!root.match().isEmpty()
                || !root.matchRe().isEmpty()
                || !root.matchers().all().isEmpty()) {
            throw new BadField("route", "root route must not have any matchers");
        }
        if (!root.muteTimeIntervals().isEmpty()) {
            throw new BadField("route", "root route must not have any mute time intervals");
        }
        if (!root.activeTimeIntervals().isEmpty()) {
            throw new BadField("route", "root route must not have any active time intervals");
        }
        if (root.continues()) {
            throw new BadField("route", "cannot have continue in root route");
        }
    }

    private static void checkRoute(Route route, Set<String> receivers, Set<String> intervals) {
        if (!route.receiver().isEmpty() && !receivers.contains(route.receiver())) {
            throw new BadField("route", "undefined receiver " + GoText.quote(route.receiver()) + " used in route");
        }
        var used = new ArrayList<>(route.muteTimeIntervals());
        used.addAll(route.activeTimeIntervals());
        for (String name : used) {
            if (!intervals.contains(name)) {
                throw new BadField("route", "undefined time interval " + GoText.quote(name) + " used in route");
            }
        }
        for (Route child : route.routes()) {
            checkRoute(child, receivers, intervals);
        }
    }

    /// The root of the routing tree.
    public Route root() {
        return route.orElseThrow();
    }

    /// Every time interval by name, of both sections.
    public Map<String, List<TimeIntervalConfig>> intervals() {
        var all = new LinkedHashMap<String, List<TimeIntervalConfig>>();
        muteTimeIntervals.forEach(named -> all.put(named.name(), named.timeIntervals()));
        timeIntervals.forEach(named -> all.put(named.name(), named.timeIntervals()));
        return all;
    }

    /// What integrations take from `global`.
    static Map<String, Object> inherited(AlertmanagerGlobal g, Class<?> type, Set<String> given) {
        var from = new HashMap<String, Object>();
        if (!Integration.class.isAssignableFrom(type)) {
            return from;
        }
        from.put("httpConfig", g.httpConfig());
        if (type == EmailConfig.class) {
            from.put("from", g.smtpFrom());
            from.put("smarthost", g.smtpSmarthost());
            from.put("hello", g.smtpHello());
            from.put("authUsername", g.smtpAuthUsername());
            from.put("authIdentity", g.smtpAuthIdentity());
            pair(from, given, "auth_password", "authPassword", g.smtpAuthPassword(), g.smtpAuthPasswordFile());
            pair(from, given, "auth_secret", "authSecret", g.smtpAuthSecret(), g.smtpAuthSecretFile());
            from.put("requireTls", Optional.of(g.smtpRequireTls()));
            from.put("tlsConfig", g.smtpTlsConfig());
            from.put("forceImplicitTls", g.smtpForceImplicitTls());
        } else if (type == SlackConfig.class) {
            from.put("appUrl", g.slackAppUrl());
            boolean url = given.contains("api_url") || given.contains("api_url_file");
            boolean token = given.contains("app_token") || given.contains("app_token_file");
            boolean globalToken =
                    g.slackAppToken().isSet() || !g.slackAppTokenFile().isEmpty();
            if (!url && !token && globalToken && !given.contains("http_config.authorization")) {
                from.put("appToken", g.slackAppToken());
                from.put("appTokenFile", g.slackAppTokenFile());
            } else if (!url && !token) {
                from.put("apiUrl", g.slackApiUrl());
                from.put("apiUrlFile", g.slackApiUrlFile());
            }
        } else if (type == PagerdutyConfig.class) {
            from.put("url", g.pagerdutyUrl());
        } else if (type == OpsgenieConfig.class) {
            from.put("apiUrl", g.opsgenieApiUrl());
            pair(from, given, "api_key", "apiKey", g.opsgenieApiKey(), g.opsgenieApiKeyFile());
        } else if (type == WechatConfig.class) {
            from.put("apiUrl", g.wechatApiUrl());
            from.put("corpId", g.wechatApiCorpId());
            pair(from, given, "api_secret", "apiSecret", g.wechatApiSecret(), g.wechatApiSecretFile());
        } else if (type == VictoropsConfig.class) {
            from.put("apiUrl", g.victoropsApiUrl());
            pair(from, given, "api_key", "apiKey", g.victoropsApiKey(), g.victoropsApiKeyFile());
        } else if (type == TelegramConfig.class) {
            from.put("apiUrl", g.telegramApiUrl());
            pair(from, given, "bot_token", "botToken", g.telegramBotToken(), g.telegramBotTokenFile());
        } else if (type == WebexConfig.class) {
            from.put("apiUrl", g.webexApiUrl());
        } else if (type == JiraConfig.class) {
            from.put("apiUrl", g.jiraApiUrl());
        } else if (type == RocketchatConfig.class) {
            from.put("apiUrl", g.rocketchatApiUrl());
            pair(from, given, "token", "token", g.rocketchatToken(), g.rocketchatTokenFile());
            pair(from, given, "token_id", "tokenId", g.rocketchatTokenId(), g.rocketchatTokenIdFile());
        } else if (type == MattermostConfig.class) {
            pair(from, given, "webhook_url", "webhookUrl", g.mattermostWebhookUrl(), g.mattermostWebhookUrlFile());
        }
        return from;
    }

    /// A secret and its file are taken together, where the integration has neither.
    private static void pair(
            Map<String, Object> from, Set<String> given, String key, String name, Secret secret, String file) {
        if (!given.contains(key) && !given.contains(key + "_file")) {
            from.put(name, secret);
            from.put(name + "File", file);
        }
    }
}
