package io.pharos.runtime.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.config.Secret;
import io.pharos.runtime.aws.AwsTransport.Answer;
import io.pharos.runtime.http.HttpCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialChainTest {
    private static final AwsIdentity NONE = new AwsIdentity("", "", new Secret(""), "", "", "", false);

    private final Map<String, String> environment = new HashMap<>(Map.of("HOME", "/nowhere"));
    private final Map<String, String> answers = new HashMap<>();
    private final List<HttpCall> calls = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private CredentialChain chain(AwsIdentity identity) {
        return new CredentialChain(
                identity, this::answer, () -> now, name -> name == null ? null : environment.get(name));
    }

    private Answer answer(HttpCall call) throws IOException {
        calls.add(call);
        String answer = answers.get(call.url());
        if (answer == null) {
            throw new IOException("nobody at " + call.url());
        }
        return new Answer(200, answer.getBytes(StandardCharsets.UTF_8));
    }

    private void sts(String url, String action, String expiry) {
        answers.put(
                url,
                "<R xmlns='x'><" + action + "Result><Credentials><AccessKeyId>ROLE</AccessKeyId>"
                        + "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>" + expiry
                        + "</Expiration></Credentials></" + action + "Result></R>");
    }

    @Test
    void configuredKeysComeBeforeThoseOfTheEnvironment() throws Exception {
        environment.putAll(Map.of("AWS_ACCESS_KEY_ID", "ENV", "AWS_SECRET_ACCESS_KEY", "e", "AWS_REGION", "eu-west-1"));

        CredentialChain configured = chain(new AwsIdentity("", "OWN", new Secret("o"), "", "", "", false));

        assertThat(configured.credentials(configured.region()).accessKey()).isEqualTo("OWN");
        assertThat(configured.region()).isEqualTo("eu-west-1");
        assertThat(chain(NONE).credentials("eu-west-1").accessKey()).isEqualTo("ENV");
        assertThat(calls).isEmpty();
    }

    @Test
    void aProfileIsReadFromTheFileOfCredentials(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("credentials"),
                "[default]\naws_access_key_id = D\n[team]\n# mine\naws_access_key_id = T\naws_session_token=tok\n");
        environment.put("AWS_SHARED_CREDENTIALS_FILE", file.toString());

        assertThat(chain(NONE).credentials("r").accessKey()).isEqualTo("D");
        AwsIdentity team = new AwsIdentity("", "", new Secret(""), "team", "", "", false);
        assertThat(chain(team).credentials("r")).isEqualTo(new AwsCredentials("T", "", "tok", Instant.MAX));
        AwsIdentity other = new AwsIdentity("", "", new Secret(""), "other", "", "", false);
        assertThatThrownBy(() -> chain(other).credentials("r"))
                .hasMessage("profile other has no aws_access_key_id in " + file);
    }

    @Test
    void aPodTakesTheRoleOfItsWebIdentity(@TempDir Path folder) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "jwt\n");
        environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
        environment.put("AWS_ROLE_ARN", "arn:role");
        sts("https://sts.cn-north-1.amazonaws.com.cn/", "AssumeRoleWithWebIdentity", "2026-01-01T01:00:00Z");

        assertThat(chain(NONE).credentials("cn-north-1").sessionToken()).isEqualTo("t");
        assertThat(body(calls.getFirst()))
                .isEqualTo("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Arole"
                        + "&RoleSessionName=pharos&WebIdentityToken=jwt");
        assertThat(calls.getFirst().headers()).doesNotContainKey("authorization");
    }

    @Test
    void aRoleIsAssumedAndKeptUntilShortlyBeforeItExpires() throws Exception {
        sts("https://sts-fips.us-east-1.amazonaws.com/", "AssumeRole", "2026-01-01T01:00:00Z");
        CredentialChain chain = chain(new AwsIdentity("", "OWN", new Secret("o"), "", "arn:r", "ext", true));

        assertThat(chain.credentials("us-east-1").accessKey()).isEqualTo("ROLE");
        now = now.plus(Duration.ofMinutes(54));
        chain.credentials("us-east-1");
        assertThat(calls).hasSize(1);
        now = now.plus(Duration.ofMinutes(2));
        chain.credentials("us-east-1");
        assertThat(calls).hasSize(2);
        assertThat(body(calls.getFirst())).endsWith("&RoleArn=arn%3Ar&RoleSessionName=pharos&ExternalId=ext");
        assertThat(calls.getFirst().headers().get("authorization")).contains("Credential=OWN/20260101/us-east-1/sts/");
    }

    @Test
    void anInstanceGivesItsRegionAndItsRole() throws Exception {
        String service = "http://169.254.169.254/latest/";
        answers.put(service + "api/token", "tok");
        answers.put(service + "meta-data/placement/region", "us-west-2");
        answers.put(service + "meta-data/iam/security-credentials/", "role1\n");
        answers.put(
                service + "meta-data/iam/security-credentials/role1",
                "{\"AccessKeyId\":\"I\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\"2026-01-01T06:00:00Z\"}");

        assertThat(chain(NONE).region()).isEqualTo("us-west-2");
        assertThat(chain(NONE).credentials("us-west-2"))
                .isEqualTo(new AwsCredentials("I", "s", "t", Instant.parse("2026-01-01T06:00:00Z")));
    }

    @Test
    void whereNothingIsFoundTheLastPlaceAskedIsNamed() {
        assertThatThrownBy(() -> chain(NONE).credentials("r"))
                .isInstanceOf(IOException.class)
                .hasMessage("nobody at http://169.254.169.254/latest/api/token");
        assertThatThrownBy(() -> chain(NONE).region()).isInstanceOf(IOException.class);
    }

    private static String body(HttpCall call) {
        return new String(call.body(), StandardCharsets.UTF_8);
    }
}
