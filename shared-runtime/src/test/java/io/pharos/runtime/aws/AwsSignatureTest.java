package io.pharos.runtime.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.runtime.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsSignatureTest {
    private static final AwsSignature SIGNATURE = new AwsSignature(
            AwsCredentials.of("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "us-east-1", "iam");

    /// The keys of AWS' examples; the first signature is in AWS' documentation, the second was computed apart, by the
    /// documented steps.
    @ParameterizedTest
    @CsvSource({
        "2011-09-09T23:36:00Z, ced6826de92d2bdeed8f846f0bf508e8559e98e4b0199114b84c54174deb456c",
        "2015-08-30T12:36:00Z, 5d76d0de3e0ffe5a7a23cfce21b99d6f4e5060aad86bd9dc7c617f224e5b492a"
    })
    void formsAreSignedAsAwsSignsThem(Instant now, String signature) {
        HttpCall signed = SIGNATURE.sign(call(), now);

        String day = now.toString().substring(0, 10).replace("-", "");
        assertThat(signed.headers().get("authorization"))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + day + "/us-east-1/iam/aws4_request, "
                        + "SignedHeaders=content-type;host;x-amz-date, Signature=" + signature);
        assertThat(signed.body()).isEqualTo(call().body());
    }

    @Test
    void theTokenOfASessionIsSignedAndSent() {
        var session = new AwsSignature(new AwsCredentials("A", "s", "tok", Instant.MAX), "us-east-1", "iam");
        HttpCall signed = session.sign(call(), Instant.EPOCH);

        assertThat(signed.headers()).containsEntry("x-amz-security-token", "tok");
        assertThat(signed.headers().get("authorization"))
                .contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,");
    }

    private static HttpCall call() {
        return HttpCall.post(
                "https://iam.amazonaws.com/",
                "application/x-www-form-urlencoded; charset=utf-8",
                "Action=ListUsers&Version=2010-05-08".getBytes(StandardCharsets.UTF_8),
                Duration.ofSeconds(1));
    }
}
