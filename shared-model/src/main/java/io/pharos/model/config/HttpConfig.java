package io.pharos.model.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How an HTTP client connects and who it says it is (`HTTPClientConfig` of `prometheus/common`). `bearer_token`
/// becomes an authorization of type `Bearer`.
public record HttpConfig(
        Optional<BasicAuth> basicAuth,
        Optional<Authorization> authorization,
        Optional<OAuth2> oauth2,
        Secret bearerToken,
        @Key(form = Key.Form.PATH) String bearerTokenFile,
        TlsConfig tlsConfig,
        @Key(or = "true", always = true) boolean followRedirects,
        @Key(or = "true", always = true) boolean enableHttp2,
        @Key(inline = true) ProxyConfig proxy,
        Map<String, HeaderValues> httpHeaders) {
    /// `basic_auth`: each from the file or a file of its own.
    public record BasicAuth(
            String username,
            @Key(form = Key.Form.PATH) String usernameFile,
            Secret password,
            @Key(form = Key.Form.PATH) String passwordFile) {
        public BasicAuth {
            if (!username.isEmpty() && !usernameFile.isEmpty()) {
                throw new IllegalArgumentException(
                        "at most one of basic_auth username & username_file must be configured");
            }
            if (password.isSet() && !passwordFile.isEmpty()) {
                throw new IllegalArgumentException(
                        "at most one of basic_auth password & password_file must be configured");
            }
        }
    }

    /// `authorization`: `type` and credentials, from the file or a file of their own.
    public record Authorization(
            @Key(or = "Bearer") String type,
            Secret credentials,
            @Key(form = Key.Form.PATH) String credentialsFile) {
        public Authorization {
            type = type.strip().isEmpty() ? "Bearer" : type.strip();
            if (credentials.isSet() && !credentialsFile.isEmpty()) {
                throw new IllegalArgumentException(
                        "at most one of authorization credentials & credentials_file must be configured");
            }
            if (type.equalsIgnoreCase("basic")) {
                throw new BadField("type", "authorization type cannot be set to \"basic\", use \"basic_auth\" instead");
            }
        }
    }

    /// Values of a header of ours: as written, secret, and from files.
    public record HeaderValues(
            List<String> values,
            List<Secret> secrets,
            @Key(form = Key.Form.PATH) List<String> files) {}

    private static final Set<String> RESERVED = Set.of(
            "authorization",
            "host",
            "content-encoding",
            "content-length",
            "content-type",
            "user-agent",
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "www-authenticate",
            "accept-encoding",
            "x-prometheus-remote-write-version",
            "x-prometheus-remote-read-version",
            "x-prometheus-scrape-timeout-seconds",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-content-sha256");

    public HttpConfig {
        boolean bearer = bearerToken.isSet() || !bearerTokenFile.isEmpty();
        if (bearerToken.isSet() && !bearerTokenFile.isEmpty()) {
            throw new IllegalArgumentException("at most one of bearer_token & bearer_token_file must be configured");
        }
        if (bearer && (basicAuth.isPresent() || oauth2.isPresent())) {
            throw new IllegalArgumentException(
                    "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured");
        }
        if (bearer && authorization.isPresent()) {
            throw new IllegalArgumentException("authorization is not compatible with bearer_token & bearer_token_file");
        }
        int ways = (basicAuth.isPresent() ? 1 : 0) + (authorization.isPresent() ? 1 : 0) + (oauth2.isPresent() ? 1 : 0);
        if (ways > 1) {
            throw new IllegalArgumentException("at most one of basic_auth, oauth2 & authorization must be configured");
        }
        if (bearer) {
            authorization = Optional.of(new Authorization("Bearer", bearerToken, bearerTokenFile));
            bearerToken = Secret.NONE;
            bearerTokenFile = "";
        }
        for (String name : httpHeaders.keySet()) {
            if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                throw new BadField("http_headers", "setting header \"" + canonical(name) + "\" is not allowed");
            }
        }
    }

    /// A header's name as Go writes it: `X-Api-Key`.
    static String canonical(String name) {
        var out = new StringBuilder();
        boolean up = true;
        for (char c : name.toCharArray()) {
            out.append(up ? Character.toUpperCase(c) : Character.toLowerCase(c));
            up = c == '-';
        }
        return out.toString();
    }

    /// No authentication, redirects followed, HTTP/2.
    public static HttpConfig plain() {
        return new HttpConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Secret.NONE,
                "",
                TlsConfig.NONE,
                true,
                true,
                ProxyConfig.NONE,
                Map.of());
    }

    /// Whether it is exactly what stands where nothing is configured.
    public boolean isPlain() {
        return equals(plain());
    }
}
