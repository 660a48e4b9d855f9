package io.pharos.notifier.receiver.sns;

import io.pharos.notifier.http.HttpCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs requests to AWS with version 4 signatures (AWS General Reference, "Signing AWS API requests"). Requests have
/// no query: the parameters are in the body.
final class SigV4 {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private SigV4() {}

    static HttpCall sign(HttpCall call, AwsCredentials credentials, String region, String service, Instant now) {
        String stamp = STAMP.format(now);
        String day = stamp.substring(0, 8);
        URI uri = URI.create(call.url());
        String hash = hex(sha256(call.body()));
        var signed = new TreeMap<String, String>();
        call.headers().forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value.strip()));
        signed.put("host", host(uri));
        signed.put("x-amz-date", stamp);
        if (!credentials.sessionToken().isEmpty()) {
            signed.put("x-amz-security-token", credentials.sessionToken());
        }
        String names = String.join(";", signed.keySet());
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String canonical = call.method() + "\n" + path + "\n" + (uri.getRawQuery() == null ? "" : uri.getRawQuery())
                + "\n"
                + signed.entrySet().stream()
                        .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                        .collect(Collectors.joining())
                + "\n" + names + "\n" + hash;
        String scope = day + "/" + region + "/" + service + "/aws4_request";
        String toSign = ALGORITHM + "\n" + stamp + "\n" + scope + "\n" + hex(sha256(bytes(canonical)));
        byte[] key = hmac(bytes("AWS4" + credentials.secretKey()), day);
        key = hmac(hmac(hmac(key, region), service), "aws4_request");
        var headers = new LinkedHashMap<>(call.headers());
        headers.put("X-Amz-Date", stamp);
        if (!credentials.sessionToken().isEmpty()) {
            headers.put("X-Amz-Security-Token", credentials.sessionToken());
        }
        headers.put(
                "Authorization",
                ALGORITHM + " Credential=" + credentials.accessKey() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + hex(hmac(key, toSign)));
        return new HttpCall(call.method(), call.url(), Map.copyOf(headers), call.body());
    }

    private static String host(URI uri) {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("bug: every JDK has HmacSHA256", e);
        }
    }
}
