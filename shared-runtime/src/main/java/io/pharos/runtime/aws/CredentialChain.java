package io.pharos.runtime.aws;

import io.pharos.runtime.aws.AwsTransport.Answer;
import io.pharos.runtime.http.HttpCall;
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
/// role of the instance; then assumes a role, if one is named. Kept until shortly before they expire. Thread-safe;
/// blocks while it asks AWS.
public final class CredentialChain {
    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 1 << 20;
    private static final String METADATA_URL = "http://169.254.169.254";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final AwsIdentity identity;
    private final AwsTransport transport;
    private final AwsQuery query;
    private final InstantSource time;
    private final UnaryOperator<@Nullable String> environment;
    private @Nullable AwsCredentials current;

    /// @param environment looks up a variable of the process' environment
    public CredentialChain(
            AwsIdentity identity,
            AwsTransport transport,
            InstantSource time,
            UnaryOperator<@Nullable String> environment) {
        this.identity = identity;
        this.transport = transport;
        this.query = new AwsQuery(transport, time);
        this.time = time;
        this.environment = environment;
    }

    /// The region configured, or that of the environment, or of the instance this runs on.
    ///
    /// @throws IOException where there is none
    public String region() throws IOException, InterruptedException {
        for (String region : new String[] {identity.region(), env("AWS_REGION"), env("AWS_DEFAULT_REGION")}) {
            if (!region.isEmpty()) {
                return region;
            }
        }
        return metadata("/latest/meta-data/placement/region");
    }

    /// The credentials to call a service of that region with.
    ///
    /// @throws IOException where there are none
    public synchronized AwsCredentials credentials(String region) throws IOException, InterruptedException {
        AwsCredentials known = current;
        if (known == null || known.expiresAt().minus(EARLY).isBefore(time.instant())) {
            known = base(region);
            if (!identity.roleArn().isEmpty()) {
                known = assume(known, region);
            }
            current = known;
        }
        return known;
    }

    private AwsCredentials base(String region) throws IOException, InterruptedException {
        if (!identity.accessKey().isEmpty() || identity.secretKey().isSet()) {
            return AwsCredentials.of(identity.accessKey(), identity.secretKey().value());
        }
        if (identity.profile().isEmpty() && !env("AWS_ACCESS_KEY_ID").isEmpty()) {
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
        String name = identity.profile().isEmpty() ? env("AWS_PROFILE") : identity.profile();
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
        form.put("RoleArn", identity.roleArn());
        form.put("RoleSessionName", "pharos");
        if (!identity.externalId().isEmpty()) {
            form.put("ExternalId", identity.externalId());
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
        String name = identity.fipsSts() ? "sts-fips." : "sts.";
        return endpoint.isEmpty() ? "https://" + name + region + "." + domain(region) + "/" : endpoint;
    }

    /// The domain of a region's endpoints.
    public static String domain(String region) {
        return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    }

    private String metadataUrl() {
        String endpoint = env("AWS_EC2_METADATA_SERVICE_ENDPOINT");
        return endpoint.isEmpty() ? METADATA_URL : endpoint.replaceFirst("/+$", "");
    }

    /// Asks the instance's metadata service, by its second version.
    private String metadata(String path) throws IOException, InterruptedException {
        Answer token = transport.send(new HttpCall(
                "PUT",
                metadataUrl() + "/latest/api/token",
                Map.of("X-aws-ec2-metadata-token-ttl-seconds", "300"),
                new byte[0],
                TIMEOUT,
                MOST_BYTES));
        if (token.status() != 200) {
            throw new IOException("the instance's metadata service answered with status " + token.status());
        }
        Answer answer = transport.send(HttpCall.get(metadataUrl() + path, TIMEOUT)
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
