package io.pharos.runtime.aws;

import io.pharos.runtime.http.HttpCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signs requests (AWS Signature Version 4) for a service of a region.
///
/// @param service `ec2`, `sts`, `sns`
public record AwsSignature(AwsCredentials credentials, String region, String service) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// The call with what signs it among its headers. Its query, if it has one, must be in canonical form.
    public HttpCall sign(HttpCall call, Instant now) {
        URI uri = URI.create(call.url());
        String time = TIME.format(now);
        String day = time.substring(0, 8);
        var signed = new TreeMap<String, String>();
        call.headers().forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value.strip()));
        signed.put("host", uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort());
        signed.put("x-amz-date", time);
        if (!credentials.sessionToken().isEmpty()) {
            signed.put("x-amz-security-token", credentials.sessionToken());
        }
        String names = String.join(";", signed.keySet());
        var canonical = new StringBuilder(call.method()).append('\n');
        canonical.append(or(uri.getRawPath(), "/")).append('\n');
        canonical.append(or(uri.getRawQuery(), "")).append('\n');
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        canonical.append('\n').append(names).append('\n').append(hex(sha256(call.body())));
        String scope = day + "/" + region + "/" + service + "/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + hex(sha256(canonical.toString().getBytes(StandardCharsets.UTF_8)));
        byte[] key = hmac(("AWS4" + credentials.secretKey()).getBytes(StandardCharsets.UTF_8), day);
        key = hmac(hmac(hmac(key, region), service), "aws4_request");
        signed.remove("host");
        signed.put(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=" + credentials.accessKey() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + hex(hmac(key, toSign)));
        return new HttpCall(call.method(), call.url(), signed, call.body(), call.timeout(), call.maxBodyBytes());
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null || text.isEmpty() ? otherwise : text;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("bug: every JDK has HmacSHA256", e);
        }
    }
}
