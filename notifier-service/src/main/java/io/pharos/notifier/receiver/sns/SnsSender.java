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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `sns_configs`.
public final class SnsSender implements Sender {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_PHONE_BYTES = 1600;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final SnsConfig config;
    private final Transport transport;
    private final Map<String, String> environment;

    public SnsSender(SnsConfig config, Transport transport) {
        this(config, transport, System.getenv());
    }

    SnsSender(SnsConfig config, Transport transport, Map<String, String> environment) {
        this.config = config;
        this.transport = transport;
        this.environment = environment;
    }

    @Override
    public Attempt send(Letter letter) throws InterruptedException {
        String region = config.sigv4().region().isEmpty()
                ? environment.getOrDefault("AWS_REGION", environment.getOrDefault("AWS_DEFAULT_REGION", ""))
                : config.sigv4().region();
        if (region.isEmpty()) {
            return Attempt.refused("region not configured in sns.sigv4.region or in default credentials chain");
        }
        AwsCredentials credentials;
        String url;
        Map<String, String> parameters;
        try {
            credentials = AwsCredentials.find(config.sigv4(), environment);
            url = letter.text(config.apiUrl());
            parameters = parameters(letter);
        } catch (IOException e) {
            return Attempt.failed(String.valueOf(e.getMessage()));
        } catch (TemplateException e) {
            return Attempt.failed(e.text());
        }
        if (!config.sigv4().roleArn().isEmpty()) {
            Assumed assumed = assume(credentials, region, letter);
            if (assumed.failure instanceof Attempt.Failed failed) {
                return failed.about("assume role");
            }
            credentials = assumed.credentials;
        }
        HttpCall call = form(url.isEmpty() ? "https://sns." + region + ".amazonaws.com/" : url, parameters);
        return Exchange.of(
                transport,
                SigV4.sign(call, credentials, region, "sns", letter.now()),
                letter.timeLeft(),
                SnsSender::judge);
    }

    private static HttpCall form(String url, Map<String, String> parameters) {
        return new HttpCall(
                "POST", url, Map.of("Content-Type", FORM), Urls.form(parameters).getBytes(StandardCharsets.UTF_8));
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

    /// Keys of a role, or why there are none.
    private record Assumed(AwsCredentials credentials, Attempt failure) {}

    private Assumed assume(AwsCredentials own, String region, Letter letter) throws InterruptedException {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("Action", "AssumeRole");
        parameters.put("Version", "2011-06-15");
        parameters.put("RoleArn", config.sigv4().roleArn());
        parameters.put("RoleSessionName", "pharos-" + letter.now().getEpochSecond());
        if (!config.sigv4().externalId().isEmpty()) {
            parameters.put("ExternalId", config.sigv4().externalId());
        }
        String host = (config.sigv4().useFipsStsEndpoint() ? "sts-fips." : "sts.") + region + ".amazonaws.com";
        HttpCall call = SigV4.sign(form("https://" + host + "/", parameters), own, region, "sts", letter.now());
        var keys = new String[] {"", "", ""};
        Attempt attempt = Exchange.of(transport, call, letter.timeLeft(), reply -> {
            String text = reply.text();
            keys[0] = element(text, "AccessKeyId");
            keys[1] = element(text, "SecretAccessKey");
            keys[2] = element(text, "SessionToken");
            return reply.succeeded() && keys[0].isEmpty() ? Attempt.failed("no keys in the answer") : judge(reply);
        });
        return new Assumed(new AwsCredentials(keys[0], keys[1], keys[2]), attempt);
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
