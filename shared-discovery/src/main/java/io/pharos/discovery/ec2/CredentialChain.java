package io.pharos.discovery.ec2;

import io.pharos.model.config.Ec2Discovery;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds credentials as AWS' own tools do: configured keys, environment, profile file, web identity of a pod,
/// role of the instance; then assumes `role_arn`, if there is one. Kept until shortly before they expire. One
/// thread at a time.
final class CredentialChain {
    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Ec2Discovery config;
    private final HttpSender sender;
    private final AwsQuery query;
    private final InstantSource time;
    private final UnaryOperator<@Nullable String> environment;
    private final String metadataUrl;
    private @Nullable AwsCredentials current;

    CredentialChain(
            Ec2Discovery config,
            HttpSender sender,
            InstantSource time,
            UnaryOperator<@Nullable String> environment,
            String metadataUrl) {
        this.config = config;
        this.sender = sender;
        this.query = new AwsQuery(sender, time);
        this.time = time;
        this.environment = environment;
        this.metadataUrl = metadataUrl;
    }

    /// The region configured, or that of the environment, or of the instance this runs on.
    String region() throws IOException, InterruptedException {
        for (String region : new String[] {config.region(), env("AWS_REGION"), env("AWS_DEFAULT_REGION")}) {
            if (!region.isEmpty()) {
                return region;
            }
        }
        try {
            return metadata("/latest/meta-data/placement/region");
        } catch (IOException e) {
            throw new IOException(
                    "EC2 SD configuration requires a region; that of the instance can't be read: " + e.getMessage(), e);
        }
    }

    AwsCredentials credentials(String region) throws IOException, InterruptedException {
        AwsCredentials known = current;
        if (known == null || known.expiresAt().minus(EARLY).isBefore(time.instant())) {
            known = base(region);
            if (!config.roleArn().isEmpty()) {
                known = assume(known, region);
            }
            current = known;
        }
        return known;
    }

    private AwsCredentials base(String region) throws IOException, InterruptedException {
        if (!config.accessKey().isEmpty() || config.secretKey().isSet()) {
            return AwsCredentials.of(config.accessKey(), config.secretKey().value());
        }
        if (config.profile().isEmpty() && !env("AWS_ACCESS_KEY_ID").isEmpty()) {
            return new AwsCredentials(
                    env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY"), env("AWS_SESSION_TOKEN"), Instant.MAX);
        }
        AwsCredentials ofProfile = profile();
        if (ofProfile != null) {
            return ofProfile;
        }
        if (!env("AWS_WEB_IDENTITY_TOKEN_FILE").isEmpty()
                && !env("AWS_ROLE_ARN").isEmpty()) {
            return webIdentity(region);
        }
        String role = metadata("/latest/meta-data/iam/security-credentials/")
                .lines()
                .findFirst()
                .orElse("");
        JsonNode json = JSON.readTree(metadata("/latest/meta-data/iam/security-credentials/" + role));
        return new AwsCredentials(
                json.path("AccessKeyId").asString(""),
                json.path("SecretAccessKey").asString(""),
                json.path("Token").asString(""),
                expiry(json.path("Expiration").asString("")));
    }

    private @Nullable AwsCredentials profile() throws IOException {
        String file = env("AWS_SHARED_CREDENTIALS_FILE");
        Path path = file.isEmpty() ? Path.of(env("HOME"), ".aws", "credentials") : Path.of(file);
        String name = config.profile().isEmpty() ? env("AWS_PROFILE") : config.profile();
        boolean asked = !name.isEmpty();
        String section = "[" + (asked ? name : "default") + "]";
        if (!Files.isReadable(path)) {
            if (asked) {
                throw new IOException("profile " + name + " is not found: " + path + " can't be read");
            }
            return null;
        }
        var values = new LinkedHashMap<String, String>();
        boolean inside = false;
        for (String line : Files.readAllLines(path)) {
            String text = line.strip();
            if (text.startsWith("[")) {
                inside = text.equals(section);
            } else if (inside && text.indexOf('=') > 0 && !text.startsWith("#")) {
                int equals = text.indexOf('=');
                values.put(
                        text.substring(0, equals).strip(),
                        text.substring(equals + 1).strip());
            }
        }
        if (!values.containsKey("aws_access_key_id")) {
            if (asked) {
                throw new IOException("profile " + name + " has no aws_access_key_id in " + path);
            }
            return null;
        }
        return new AwsCredentials(
                values.getOrDefault("aws_access_key_id", ""),
                values.getOrDefault("aws_secret_access_key", ""),
                values.getOrDefault("aws_session_token", ""),
                Instant.MAX);
    }

    private AwsCredentials webIdentity(String region) throws IOException, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("Action", "AssumeRoleWithWebIdentity");
        form.put("Version", "2011-06-15");
        form.put("RoleArn", env("AWS_ROLE_ARN"));
        form.put("RoleSessionName", env("AWS_ROLE_SESSION_NAME").isEmpty() ? "pharos" : env("AWS_ROLE_SESSION_NAME"));
        form.put(
                "WebIdentityToken",
                Files.readString(Path.of(env("AWS_WEB_IDENTITY_TOKEN_FILE"))).strip());
        return assumed(query.call(sts(region), null, form), "AssumeRoleWithWebIdentityResult");
    }

    private AwsCredentials assume(AwsCredentials base, String region) throws IOException, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("Action", "AssumeRole");
        form.put("Version", "2011-06-15");
        form.put("RoleArn", config.roleArn());
        form.put("RoleSessionName", "pharos");
        if (!config.externalId().isEmpty()) {
            form.put("ExternalId", config.externalId());
        }
        return assumed(query.call(sts(region), new AwsSignature(base, region, "sts"), form), "AssumeRoleResult");
    }

    private static AwsCredentials assumed(Element root, String result) {
        return new AwsCredentials(
                AwsQuery.text(root, result, "Credentials", "AccessKeyId"),
                AwsQuery.text(root, result, "Credentials", "SecretAccessKey"),
                AwsQuery.text(root, result, "Credentials", "SessionToken"),
                expiry(AwsQuery.text(root, result, "Credentials", "Expiration")));
    }

    private String sts(String region) {
        String endpoint = env("AWS_ENDPOINT_URL_STS");
        return endpoint.isEmpty() ? "https://sts." + region + "." + Ec2Source.domain(region) + "/" : endpoint;
    }

    /// Asks the instance's metadata service, by its second version.
    private String metadata(String path) throws IOException, InterruptedException {
        HttpReply token = sender.call(new HttpCall(
                "PUT",
                metadataUrl + "/latest/api/token",
                Map.of("X-aws-ec2-metadata-token-ttl-seconds", "300"),
                new byte[0],
                TIMEOUT,
                MOST_BYTES));
        if (token.status() != 200) {
            throw new IOException("the instance's metadata service answered with status " + token.status());
        }
        HttpReply answer = sender.call(HttpCall.get(metadataUrl + path, TIMEOUT)
                .withMaxBodyBytes(MOST_BYTES)
                .with("X-aws-ec2-metadata-token", token.text().strip()));
        if (answer.status() != 200) {
            throw new IOException(
                    "the instance's metadata service answered " + path + " with status " + answer.status());
        }
        return answer.text().strip();
    }

    private String env(String name) {
        String value = environment.apply(name);
        return value == null ? "" : value;
    }

    private static Instant expiry(String text) {
        try {
            return text.isEmpty() ? Instant.MAX : Instant.parse(text);
        } catch (DateTimeParseException _) {
            return Instant.MAX;
        }
    }
}
