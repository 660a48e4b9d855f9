package io.pharos.notifier.receiver.sns;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.config.AlertmanagerConfig;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.SnsConfig;
import io.pharos.model.port.Notifier.Outcome;
import io.pharos.model.template.NotificationTemplates;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import io.pharos.notifier.http.ClientTransport;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.render.Letter;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnsSenderTest {
    private final FakeService service = new FakeService();

    @AfterEach
    void close() {
        service.close();
    }

    private Deliveries sns(String more) {
        return new Deliveries("sns_configs:\n- api_url: " + service.url()
                + "\n  sigv4: {region: eu-west-1, access_key: AKID, secret_key: secret}\n" + more.indent(2));
    }

    @Test
    void aTopicIsPublishedToAndTheRequestSigned() {
        service.answer(500, "<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>")
                .answer(200, "");
        try (var deliveries = sns(
                "topic_arn: 'arn:x.fifo'\nmessage: 'm {{ .Status }}'\nattributes: {severity: '{{ .CommonLabels.severity }}'}")) {
            assertThat(deliveries.deliver("sns", firing("a"))).isInstanceOf(Outcome.Delivered.class);
        }

        FakeService.Received request = service.received().get(1);
        assertThat(request.body())
                .startsWith("Action=Publish&Version=2010-03-31&TopicArn=arn%3Ax.fifo&MessageDeduplicationId=")
                .contains("&Message=m+firing&")
                .contains("MessageAttributes.entry.1.Name=severity")
                .contains("MessageAttributes.entry.1.Value.StringValue=page");
        assertThat(request.header("Authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKID/20260304/eu-west-1/sns/aws4_request, SignedHeaders=");
    }

    @Test
    void aLongTextMessageIsCut() {
        try (var deliveries = sns("phone_number: '+1'\nsubject: ''\nmessage: '{{ range 2000 }}x{{ end }}'")) {
            deliveries.deliver("sns", resolved("a"));
        }

        assertThat(service.only().body())
                .contains("Message=" + "x".repeat(1600) + "&")
                .contains("Name=truncated");
    }

    @Test
    void theRoleOfTheInstanceSignsWhereNoKeysAreConfigured() throws Exception {
        service.answer(200, "token")
                .answer(200, "role1")
                .answer(200, "token")
                .answer(200, "{\"AccessKeyId\":\"ROLEKEY\",\"SecretAccessKey\":\"s\",\"Token\":\"session\"}")
                .answer(200, "");
        AlertmanagerConfig config = new ConfigLoader()
                .alertmanagerText("route: {receiver: team}\nreceivers:\n- name: team\n  sns_configs:\n  - api_url: "
                        + service.url() + "\n    topic_arn: arn:x\n    sigv4: {region: eu-west-1}\n")
                .config();
        var sns = (SnsConfig)
                config.receivers().getFirst().integrations().getFirst().config();
        Map<String, String> environment =
                Map.of("HOME", "/nowhere", "AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url());
        InstantSource time = () -> Deliveries.NOW;
        try (var deliveries = sns("topic_arn: 'arn:x'");
                HttpSender http = new HttpClients("x", time).open("sns", HttpConfig.plain())) {
            var sender = new SnsSender(
                    sns, new ClientTransport(http), time, name -> name == null ? null : environment.get(name));
            var letter = Letter.of(
                    deliveries.notification("sns", Map.of(), firing("a")),
                    NotificationTemplates.load(List.of(), time),
                    time);

            assertThat(sender.send(letter)).isInstanceOf(Attempt.Delivered.class);
        }

        FakeService.Received published = service.received().getLast();
        assertThat(published.header("Authorization")).contains("Credential=ROLEKEY/20260304/eu-west-1/sns/");
        assertThat(published.header("X-Amz-Security-Token")).isEqualTo("session");
    }
}
