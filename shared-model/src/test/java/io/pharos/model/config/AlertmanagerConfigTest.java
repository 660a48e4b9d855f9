package io.pharos.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AlertmanagerConfigTest {
    private static AlertmanagerConfig load(String text) {
        return new ConfigLoader().alertmanagerText(text).config();
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> load(text)).isInstanceOf(ConfigException.class).hasMessage(message);
    }

    @Test
    void integrationsTakeFromGlobalWhatTheyDoNotSay() {
        AlertmanagerConfig config = load("""
                global:
                  slack_api_url: http://slack.test/hook
                  smtp_smarthost: mail.test:25
                  smtp_from: me@test
                  http_config: {follow_redirects: false}
                route:
                  receiver: t
                  group_by: [alertname, "ü x"]
                  group_wait: 1s
                  routes:
                  - {matchers: ['sev="page"', a=~b], match: {c: d}, continue: yes, mute_time_intervals: [night]}
                receivers:
                - name: t
                  slack_configs: [{channel: "#x"}, {app_token: tok}]
                  email_configs: [{to: you@test}]
                  webhook_configs: [{url: "http://x/", max_alerts: 5, timeout: 1.5s}, {url: "http://y", http_config: {}}]
                time_intervals:
                - name: night
                  time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}], weekdays: ["monday:friday"]}]
                """);
        Receiver receiver = config.receivers().getFirst();
        assertThat(receiver.integrations())
                .extracting(i -> i.kind() + i.index())
                .containsExactly("webhook0", "webhook1", "email0", "slack0", "slack1");
        SlackConfig slack = receiver.slackConfigs().get(0);
        assertThat(slack.apiUrl().value()).isEqualTo("http://slack.test/hook");
        assertThat(slack.username()).isEqualTo("{{ template \"slack.default.username\" . }}");
        assertThat(receiver.slackConfigs().get(1).apiUrl().isSet()).isFalse();
        EmailConfig email = receiver.emailConfigs().getFirst();
        assertThat(email.smarthost()).isEqualTo("mail.test:25");
        assertThat(email.hello()).isEqualTo("localhost");
        assertThat(email.requireTls()).contains(true);
        WebhookConfig webhook = receiver.webhookConfigs().getFirst();
        assertThat(webhook.timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(webhook.httpConfig().followRedirects()).isFalse();
        assertThat(receiver.webhookConfigs().get(1).httpConfig().followRedirects())
                .isTrue();
        Route child = config.root().routes().getFirst();
        assertThat(child.continues()).isTrue();
        assertThat(child.allMatchers().all()).hasSize(3);
        assertThat(config.intervals()).containsKey("night");
    }

    @Test
    void secretsAreHiddenAndDefaultsShown() {
        String printed = ConfigLoader.print(load("""
                global: {smtp_auth_password: hush}
                route: {receiver: t}
                receivers: [{name: t, webhook_configs: [{url: "http://u:hush@x/hush"}]}]
                """));
        assertThat(printed)
                .doesNotContain("hush")
                .contains("resolve_timeout: 5m", "smtp_hello: localhost", "receiver: t", "url: <secret>");
        assertThat(ConfigLoader.print(load(printed))).isEqualTo(printed);
    }

    @Test
    void refusalsSpeakAlertmanagersWords() {
        refused("# nothing\n", "alertmanager.yml: no route provided in config");
        refused("receivers: [{name: t}]\n", "alertmanager.yml:1:1: no routes provided");
        refused(
                "route: {receiver: x}\nreceivers: [{name: t}]\n",
                "alertmanager.yml:1:8: undefined receiver \"x\" used in route");
        refused(
                "route: {receiver: t, group_by: [a, a]}\nreceivers: [{name: t}]\n",
                "alertmanager.yml:1:32: duplicated label \"a\" in group_by");
        refused(
                "route: {receiver: t}\nreceivers: [{name: t, webhook_configs: [{url: 'http://x/{{ .Nope'}]}]\n",
                "alertmanager.yml:2:47: invalid template syntax: template: :1: unclosed action");
        refused(
                "route: {receiver: t}\nreceivers: [{name: t, webhook_configs: [null]}]\n",
                "alertmanager.yml:2:41: missing webhook config");
        refused(
                "route: {receiver: t}\nreceivers: [{name: t, email_configs: [{to: x}]}]\n",
                "alertmanager.yml:2:39: no global SMTP smarthost set");
        refused(
                "route: {receiver: t, routes: [{matchers: ['a=~(']}]}\nreceivers: [{name: t}]\n",
                "alertmanager.yml:1:43: error parsing regexp: missing closing ): `^(?:()$`");
        refused(
                "route: {receiver: t}\nreceivers: [{name: t, pigeon_configs: []}]\n",
                "alertmanager.yml:2:23: unknown field \"pigeon_configs\" in receivers[0]");
    }
}
