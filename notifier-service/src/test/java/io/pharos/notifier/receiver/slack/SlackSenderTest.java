package io.pharos.notifier.receiver.slack;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.config.ConfigLoader;
import io.pharos.model.port.Notifier.Outcome;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import io.pharos.notifier.http.ClientTransport;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.render.Letter;
import io.pharos.runtime.http.HttpClients;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SlackSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries slack(String more) {
        return new Deliveries("slack_configs:\n- api_url: " + service.url()
                + "\n  channel: '#x'\n  send_resolved: true\n" + more.indent(2));
    }

    @Test
    void theDefaultMessageHasOneAttachment() {
        service.answer(200, "text/plain", "ok");
        try (var deliveries = slack("")) {
            assertThat(deliveries.deliver("slack", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        JsonNode body = service.only().json();
        assertThat(body.path("channel").asString()).isEqualTo("#x");
        assertThat(body.path("username").asString()).isEqualTo("Alertmanager");
        JsonNode attachment = body.path("attachments").path(0);
        assertThat(attachment.path("title").asString()).isEqualTo("[FIRING:1] Down (a page)");
        assertThat(attachment.path("title_link").asString()).isEqualTo("http://am.example:9093/#/alerts?receiver=team");
        assertThat(attachment.path("color").asString()).isEqualTo("danger");
        assertThat(attachment.path("mrkdwn_in").toString()).isEqualTo("[\"fallback\",\"pretext\",\"text\"]");
        assertThat(attachment.has("pretext")).isFalse();
        assertThat(attachment.path("footer").asString("none")).isEmpty();
    }

    @Test
    void fieldsAndActionsAreRendered() {
        service.answer(200, "text/plain", "ok");
        String more =
                "short_fields: true\nfields: [{title: 'T {{ .Status }}', value: v}, {title: l, value: w, short: false}]\n"
                        + "actions: [{type: button, text: 'Go {{ .Status }}', url: 'http://x'}]";
        try (var deliveries = slack(more)) {
            deliveries.deliver("slack", resolved("a"));
        }

        JsonNode attachment = service.only().json().path("attachments").path(0);
        assertThat(attachment.path("fields").toString())
                .isEqualTo(
                        "[{\"title\":\"T resolved\",\"value\":\"v\",\"short\":true},{\"title\":\"l\",\"value\":\"w\",\"short\":false}]");
        assertThat(attachment.path("actions").toString())
                .isEqualTo("[{\"type\":\"button\",\"text\":\"Go resolved\",\"url\":\"http://x\"}]");
        assertThat(attachment.path("color").asString()).isEqualTo("good");
    }

    @Test
    void anErrorInA200IsRefused() {
        service.answer(200, "text/plain", "invalid_payload").answer(200, "{\"ok\":false,\"error\":\"bad\"}");
        try (var deliveries = slack("")) {
            assertThat(deliveries.deliver("slack", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .endsWith("channel \"#x\": received an error response from Slack: \"invalid_payload\""));
            assertThat(deliveries.deliver("slack", firing("a")))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                            .endsWith("channel \"#x\": error response from Slack: bad"));
        }
    }

    @Test
    void aMessageIsUpdatedWhereItStands() {
        service.answer(200, "{\"ok\":true,\"ts\":\"1.2\",\"channel\":\"C9\"}").answer(200, "{\"ok\":true}");
        String yaml = "api_url: https://slack.com/api/chat.postMessage\nchannel: '#x'\nupdate_message: true";
        var config = new ConfigLoader()
                .alertmanagerText(
                        "route: {receiver: team}\nreceivers:\n- name: team\n  slack_configs:\n  -\n" + yaml.indent(4))
                .config()
                .receivers()
                .getFirst()
                .slackConfigs()
                .getFirst();
        try (var client = new HttpClients("test", InstantSource.system()).open("slack", config.httpConfig())) {
            var transport = new ClientTransport(client);
            Transport local = (call, timeout) -> transport.send(
                    new HttpCall(
                            call.method(),
                            call.url().replace("https://slack.com", service.url()),
                            call.headers(),
                            call.body()),
                    timeout);
            var sender = new SlackSender(config, local);
            var templates = NotificationTemplates.of(List.of(), InstantSource.system());
            try (var deliveries = slack("")) {
                var first = deliveries.notification("slack", Map.of(), firing("a"));
                Attempt sent = sender.send(Letter.of(first, templates, () -> Deliveries.NOW));
                assertThat(sent).isEqualTo(new Attempt.Delivered(Map.of("threadTs", "1.2", "channelId", "C9")));
                var second =
                        deliveries.notification("slack", Map.of("threadTs", "1.2", "channelId", "C9"), firing("a"));
                assertThat(sender.send(Letter.of(second, templates, () -> Deliveries.NOW)))
                        .isInstanceOf(Attempt.Delivered.class);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }

        assertThat(service.received())
                .extracting(FakeService.Received::uri)
                .containsExactly("/api/chat.postMessage", "/api/chat.update");
        JsonNode update = service.received().get(1).json();
        assertThat(update.path("ts").asString()).isEqualTo("1.2");
        assertThat(update.path("channel").asString()).isEqualTo("C9");
    }

    @Test
    void aTokenIsSentToTheAppsUrl() {
        service.answer(200, "{\"ok\":true}");
        try (var deliveries = new Deliveries(
                "slack_configs:\n- app_token: xoxb\n  app_url: " + service.url() + "/post\n  channel: C1")) {
            deliveries.deliver("slack", firing("a"));
        }

        assertThat(service.only().uri()).isEqualTo("/post");
        assertThat(service.only().header("Authorization")).isEqualTo("Bearer xoxb");
    }

    @Test
    void aTextThatFailsLeavesTheRestEmpty() {
        service.answer(200, "text/plain", "ok");
        try (var deliveries = slack("title: t\ntext: 'half {{ .Nope }}'")) {
            assertThat(deliveries.deliver("slack", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(service.only().body())
                .contains("\"title\":\"t\"")
                .contains("\"text\":\"half \"")
                .doesNotContain("channel")
                .doesNotContain("color");
    }
}
