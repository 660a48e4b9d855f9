package io.pharos.runtime.http;

import io.pharos.model.config.OAuth2;
import io.pharos.model.config.Tree;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/// The signed token by which a client asks for another (RFC 7519, RFC 7523): what Prometheus puts into it.
final class JwtAssertion {
    private static final Duration VALID = Duration.ofMinutes(10);
    private static final JsonMapper JSON = JsonMapper.shared();

    private JwtAssertion() {}

    /// @param pem an RSA key, PKCS #1 or PKCS #8
    /// @throws IllegalArgumentException where there is no such key
    static String signed(OAuth2 config, String pem, Instant now) {
        String algorithm = config.signatureAlgorithm().isEmpty() ? "RS256" : config.signatureAlgorithm();
        var header = new TreeMap<String, Object>(Map.of("alg", algorithm, "typ", "JWT"));
        if (!config.clientCertificateKeyId().isEmpty()) {
            header.put("kid", config.clientCertificateKeyId());
        }
        String text = part(header) + "." + part(claims(config, now));
        try {
            Signature signature = Signature.getInstance("SHA" + algorithm.substring(2) + "withRSA");
            signature.initSign(key(pem));
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key of the client's certificate can't sign: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> claims(OAuth2 config, Instant now) {
        var claims = new TreeMap<String, Object>();
        claims.put("iss", config.iss().isEmpty() ? config.clientId() : config.iss());
        claims.put("sub", config.clientId());
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("aud", config.audience().isEmpty() ? config.tokenUrl() : config.audience());
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(VALID).getEpochSecond());
        if (!config.scopes().isEmpty()) {
            claims.put("scope", String.join(" ", config.scopes()));
        }
        config.claims().forEach((name, value) -> claims.put(name, json(value)));
        return claims;
    }

    private static PrivateKey key(String pem) {
        PrivateKey key;
        try {
            key = PemKeys.read(pem);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key", e);
        }
        if (!key.getAlgorithm().equals("RSA")) {
            throw new IllegalArgumentException("key is not a valid RSA private key");
        }
        return key;
    }

    private static String part(Map<String, Object> fields) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(JSON.writeValueAsBytes(fields));
    }

    /// As JSON's writer takes it; never null where a map can't hold it.
    private static Object json(Tree tree) {
        return switch (tree) {
            case Tree.Text text -> text.value();
            case Tree.Whole whole -> whole.value();
            case Tree.Fraction fraction -> fraction.value();
            case Tree.Truth truth -> truth.value();
            case Tree.Nothing _ -> JSON.nullNode();
            case Tree.Items items ->
                items.items().stream().map(JwtAssertion::json).toList();
            case Tree.Fields fields -> {
                var all = new LinkedHashMap<String, Object>();
                fields.fields().forEach((name, value) -> all.put(name, json(value)));
                yield all;
            }
        };
    }
}
