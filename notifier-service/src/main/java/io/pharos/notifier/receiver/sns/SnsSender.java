package io.pharos.notifier.receiver.sns;

import io.pharos.model.config.SnsConfig;
import io.pharos.model.template.TemplateException;
import io.pharos.notifier.http.HttpCall;
import io.pharos.notifier.http.HttpReply;
import io.pharos.notifier.http.Transport;
import io.pharos.notifier.http.Urls;
import io.pharos.notifier.receiver.Attempt;
import io.pharos.notifier.receiver.Exchange;
import io.pharos.notifier.receiver.FailureReason;
import io.pharos.notifier.receiver.Sender;
import io.pharos.notifier.render.Letter;
import io.pharos.notifier.render.Truncation;
import io.pharos.runtime.aws.AwsIdentity;
import io.pharos.runtime.aws.AwsSignature;
import io.pharos.runtime.aws.AwsTransport;
import io.pharos.runtime.aws.CredentialChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `sns_configs`.
public final class SnsSender implements Sender {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_PHONE_BYTES = 1600;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final SnsConfig config;
    private final Transport transport;
    private final CredentialChain chain;

    public SnsSender(SnsConfig config, Transport transport, InstantSource time) {
        this(config, transport, time, name -> name == null ? null : System.getenv(name));
    }

    SnsSender(SnsConfig config, Transport transport, InstantSource time, UnaryOperator<@Nullable String> environment) {
        this.config = config;
        this.transport = transport;
        SnsConfig.SigV4 own = config.sigv4();
        var identity = new AwsIdentity(
                own.region(),
                own.accessKey(),
                own.secretKey(),
                own.profile(),
                own.roleArn(),
                own.externalId(),
                own.useFipsStsEndpoint());
        this.chain = new CredentialChain(identity, this::ask, time, environment);
    }

    private AwsTransport.Answer ask(io.pharos.runtime.http.HttpCall call) throws IOException, InterruptedException {
        HttpReply reply =
                transport.send(new HttpCall(call.method(), call.url(), call.headers(), call.body()), call.timeout());
        return new AwsTransport.Answer(reply.status(), reply.body());
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String region;
        try {
            region = chain.region();
        } catch (IOException _) {
            return Attempt.refused("region not configured in sns.sigv4.region or in default credentials chain");
        }
        HttpCall call;
        try {
            String url = letter.text(config.apiUrl());
            byte[] form = Urls.form(parameters(letter)).getBytes(StandardCharsets.UTF_8);
            var signature = new AwsSignature(chain.credentials(region), region, "sns");
            String endpoint =
                    url.isEmpty() ? "https://sns." + region + "." + CredentialChain.domain(region) + "/" : url;
            var plain = io.pharos.runtime.http.HttpCall.post(endpoint, FORM, form, letter.timeLeft());
            var signed = signature.sign(plain, letter.now());
            call = new HttpCall("POST", endpoint, signed.headers(), form);
        } catch (IOException e) {
            return Attempt.failed("no AWS credentials: " + e.getMessage());
        } catch (TemplateException e) {
            return Attempt.failed(e.text());
        }
        return Exchange.of(transport, call, letter.timeLeft(), SnsSender::judge);
    }

    private Map<String, String> parameters(Letter letter) {
        var all = new LinkedHashMap<String, String>();
        all.put("Action", "Publish");
        all.put("Version", "2010-03-31");
        var attributes = new TreeMap<String, String>();
        config.attributes().forEach((name, value) -> attributes.put(letter.text(name), letter.text(value)));
        String topic = letter.text(config.topicArn());
        int most = MAX_BYTES;
        if (!config.topicArn().isEmpty()) {
            all.put("TopicArn", topic);
            if (topic.endsWith(".fifo")) {
                all.put("MessageDeduplicationId", letter.groupHash());
                all.put("MessageGroupId", letter.groupHash());
            }
        } else if (!config.targetArn().isEmpty()) {
            all.put("TargetArn", letter.text(config.targetArn()));
        } else {
            all.put("PhoneNumber", letter.text(config.phoneNumber()));
            most = MAX_PHONE_BYTES;
        }
        String message = letter.text(config.message());
        if (message.getBytes(StandardCharsets.UTF_8).length > most) {
            message = Truncation.prefix(message, most);
            attributes.put("truncated", "true");
        }
        all.put("Message", message);
        if (!config.subject().isEmpty()) {
            all.put("Subject", letter.text(config.subject()));
        }
        int n = 1;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            String entry = "MessageAttributes.entry." + n++;
            all.put(entry + ".Name", attribute.getKey());
            all.put(entry + ".Value.DataType", "String");
            all.put(entry + ".Value.StringValue", attribute.getValue());
        }
        return all;
    }

    private static Attempt judge(HttpReply reply) {
        if (reply.succeeded()) {
            return Attempt.delivered();
        }
        String code = element(reply.text(), "Code");
        String message = element(reply.text(), "Message");
        return new Attempt.Failed(
                reply.status() / 100 == 5,
                FailureReason.ofStatus(reply.status()),
                code.isEmpty()
                        ? "unexpected status code " + reply.status() + ": " + reply.text()
                        : "api error " + code + ": " + message);
    }

    /// The text of the first element of that name.
    private static String element(String xml, String name) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        return matcher.find() ? matcher.group(1) : "";
    }
}
