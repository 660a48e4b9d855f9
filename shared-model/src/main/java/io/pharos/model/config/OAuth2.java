package io.pharos.model.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// `oauth2`: a token by client credentials, or by an assertion that the client signs (RFC 7523, section 2.1).
///
/// @param signatureAlgorithm of the assertion; `""` means RS256
/// @param iss who issues the assertion; `""` means the client
/// @param audience whom the assertion is for; `""` means the token's URL
/// @param claims what the assertion says besides
public record OAuth2(
        String clientId,
        Secret clientSecret,
        @Key(form = Key.Form.PATH) String clientSecretFile,
        String clientCertificateKeyId,
        Secret clientCertificateKey,
        @Key(form = Key.Form.PATH) String clientCertificateKeyFile,
        String grantType,
        String signatureAlgorithm,
        String iss,
        String audience,
        Map<String, Tree> claims,
        List<String> scopes,
        String tokenUrl,
        Map<String, String> endpointParams,
        TlsConfig tlsConfig,
        @Key(inline = true) ProxyConfig proxy) {
    public static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final Set<String> SIGNATURES = Set.of("", "RS256", "RS384", "RS512");

    public OAuth2 {
        if (clientId.isEmpty()) {
            throw new IllegalArgumentException("oauth2 client_id must be configured");
        }
        if (tokenUrl.isEmpty()) {
            throw new IllegalArgumentException("oauth2 token_url must be configured");
        }
        if (grantType.equals(JWT_BEARER)) {
            if (clientCertificateKey.isSet() && !clientCertificateKeyFile.isEmpty()) {
                throw new IllegalArgumentException(
                        "at most one of oauth2 client_certificate_key & client_certificate_key_file must be"
                                + " configured using grant-type=" + JWT_BEARER);
            }
            if (!SIGNATURES.contains(signatureAlgorithm)) {
                throw new IllegalArgumentException("valid signature algorithms are RS256, RS384 and RS512");
            }
        } else if (clientSecret.isSet() && !clientSecretFile.isEmpty()) {
            throw new IllegalArgumentException("at most one of oauth2 client_secret & client_secret_file must be"
                    + " configured using grant-type=client_credentials");
        }
    }

    /// Whether the client signs an assertion instead of showing a secret. As in Prometheus, every other grant type
    /// means client credentials.
    public boolean isSigned() {
        return grantType.equals(JWT_BEARER);
    }
}
