package io.pharos.runtime.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// The headers by which a client says who it is, and its custom ones. Thread-safe.
final class Credentials {
    /// Written as Go writes it: some receivers look at the case of names.
    private static final String AUTHORIZATION = "Authorization";

    /// @param open values that any host may see
    /// @param secret values that only the host they are for may see
    private record Custom(String name, List<SecretSource> open, List<SecretSource> secret) {}

    private final SecretSource username;
    private final SecretSource password;
    private final String type;
    private final SecretSource token;
    private final boolean basic;
    private final boolean authorizes;
    private final @Nullable OAuth2Tokens oauth2;
    private final List<Custom> custom;
    private final boolean readsFiles;

    Credentials(HttpConfig config, @Nullable OAuth2Tokens oauth2) {
        HttpConfig.BasicAuth auth = config.basicAuth().orElse(new HttpConfig.BasicAuth("", "", Secret.NONE, ""));
        this.basic = config.basicAuth().isPresent();
        this.username = SecretSource.of(auth.username(), auth.usernameFile());
        this.password = SecretSource.of(auth.password(), auth.passwordFile());
        HttpConfig.Authorization authorization =
                config.authorization().orElse(new HttpConfig.Authorization("Bearer", Secret.NONE, ""));
        this.authorizes = config.authorization().isPresent();
        this.type = authorization.type();
        this.token = SecretSource.of(authorization.credentials(), authorization.credentialsFile());
        this.oauth2 = oauth2;
        this.custom = custom(config);
        this.readsFiles = username.isFile()
                || password.isFile()
                || token.isFile()
                || custom.stream().anyMatch(c -> c.secret.stream().anyMatch(SecretSource::isFile));
    }

    private static List<Custom> custom(HttpConfig config) {
        var custom = new ArrayList<Custom>();
        config.httpHeaders().forEach((name, values) -> {
            var open = new ArrayList<SecretSource>();
            values.values().forEach(value -> open.add(SecretSource.of(value, "")));
            var secret = new ArrayList<SecretSource>();
            values.secrets().forEach(text -> secret.add(SecretSource.of(text, "")));
            values.files().forEach(file -> secret.add(SecretSource.of("", file)));
            custom.add(new Custom(name, List.copyOf(open), List.copyOf(secret)));
        });
        return List.copyOf(custom);
    }

    /// Whether the headers are the same every time.
    boolean areFixed() {
        return oauth2 == null && !readsFiles;
    }

    /// Adds the headers; `withAuthorization` is false for a host that a redirect led to.
    Mono<HttpHeaders> addTo(HttpHeaders headers, boolean withAuthorization) {
        if (oauth2 != null && withAuthorization) {
            return oauth2.token().map(value -> {
                headers.set(AUTHORIZATION, value);
                return add(headers, true);
            });
        }
        Mono<HttpHeaders> added = Mono.fromCallable(() -> add(headers, withAuthorization));
        return readsFiles ? added.subscribeOn(Schedulers.boundedElastic()) : added;
    }

    private HttpHeaders add(HttpHeaders headers, boolean withAuthorization) {
        for (Custom header : custom) {
            headers.remove(header.name);
            for (SecretSource value : header.open) {
                headers.add(header.name, value.read());
            }
            if (withAuthorization) {
                for (SecretSource value : header.secret) {
                    headers.add(header.name, value.read());
                }
            }
        }
        if (withAuthorization && !headers.contains(HttpHeaderNames.AUTHORIZATION)) {
            if (basic) {
                String pair = username.read() + ":" + password.read();
                headers.set(
                        AUTHORIZATION,
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
            } else if (authorizes) {
                // Go cuts blanks off the ends of what it sends.
                headers.set(AUTHORIZATION, (type + " " + token.read()).strip());
            }
        }
        return headers;
    }
}
