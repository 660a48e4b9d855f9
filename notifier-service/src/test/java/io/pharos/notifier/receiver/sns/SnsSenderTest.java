package io.pharos.notifier.receiver.sns;

import static io.pharos.notifier.Deliveries.firing;
import static io.pharos.notifier.Deliveries.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.Notifier.Outcome;
import io.pharos.notifier.Deliveries;
import io.pharos.notifier.FakeService;
import io.pharos.notifier.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

    /// The example of AWS' own documentation of version 4 signatures, with its body.
    @Test
    void signaturesAreThoseOfTheDocumentation() {
        var call = new HttpCall(
                "POST",
                "https://iam.amazonaws.com/",
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                "Action=ListUsers&Version=2010-05-08".getBytes(StandardCharsets.UTF_8));
        HttpCall signed = SigV4.sign(
                call,
                new AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""),
                "us-east-1",
                "iam",
                Instant.parse("2011-09-09T23:36:00Z"));

        assertThat(signed.headers().get("Authorization"))
                .endsWith("Signature=ced6826de92d2bdeed8f846f0bf508e8559e98e4b0199114b84c54174deb456c");
    }
}
