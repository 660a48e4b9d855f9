package io.pharos.model.config;

import java.util.List;
import java.util.Map;

/// `oauth2`: a token by client credentials.
public record OAuth2(
        String clientId,
        Secret clientSecret,
        @Key(form = Key.Form.PATH) String clientSecretFile,
        String grantType,
        List<String> scopes,
        String tokenUrl,
        Map<String, String> endpointParams,
        TlsConfig tlsConfig,
        @Key(inline = true) ProxyConfig proxy) {
    public OAuth2 {
        if (clientId.isEmpty()) {
            throw new IllegalArgumentException("oauth2 client_id must be configured");
        }
        if (tokenUrl.isEmpty()) {
            throw new IllegalArgumentException("oauth2 token_url must be configured");
        }
        if (clientSecret.isSet() && !clientSecretFile.isEmpty()) {
            throw new IllegalArgumentException("at most one of oauth2 client_secret & client_secret_file must be"
                    + " configured using grant-type=client_credentials");
        }
        if (!grantType.isEmpty() && !grantType.equals("client_credentials")) {
            throw new BadField(
                    "grant_type", "grant type \"" + grantType + "\" is not built yet; only client_credentials is");
        }
    }
}
