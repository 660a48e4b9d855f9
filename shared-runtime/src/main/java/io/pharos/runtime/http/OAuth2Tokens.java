package io.pharos.runtime.http;

import io.pharos.model.config.OAuth2;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tokens by OAuth 2.0, kept until shortly before they expire; by the client's secret, or by what its key signs.
/// Thread-safe.
final class OAuth2Tokens {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /// How long before its end a token is replaced.
    private static final Duration MARGIN = Duration.ofSeconds(10);

    /// A token that could not be had; the request that wanted it fails for that reason.
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private record Token(String header, Instant until, String secret) {}

    private final OAuth2 config;
    private final HttpSender sender;
    private final SecretSource secret;
    private final InstantSource time;
    private final JsonMapper json = JsonMapper.builder().build();
    private volatile @Nullable Token token;
    /// What the server liked the last time.
    private volatile boolean inHeader = true;

    OAuth2Tokens(OAuth2 config, HttpSender sender, InstantSource time) {
        this.config = config;
        this.sender = sender;
        this.secret = config.isSigned()
                ? SecretSource.of(config.clientCertificateKey(), config.clientCertificateKeyFile())
                : SecretSource.of(config.clientSecret(), config.clientSecretFile());
        this.time = time;
    }

    /// The value of the `Authorization` header.
    Mono<String> token() {
        return Mono.defer(() -> {
            Token known = token;
            boolean fresh = known != null && time.instant().isBefore(known.until);
            if (fresh && known != null && !secret.isFile()) {
                return Mono.just(known.header);
            }
            return Mono.fromCallable(secret::read)
                    .subscribeOn(Schedulers.boundedElastic())
                    .flatMap(value -> fresh && known != null && known.secret.equals(value)
                            ? Mono.just(known.header)
                            : fetch(value));
        });
    }

    private Mono<String> fetch(String value) {
        return (config.isSigned() ? signed(value) : shown(value))
                // It is the request for the target that fails.
                .onErrorMap(HttpException.class, e -> new Failure(e.text(), e))
                .map(reply -> {
                    Token fetched = read(reply, value);
                    token = fetched;
                    return fetched.header;
                });
    }

    private Mono<HttpReply> signed(String key) {
        var form = new LinkedHashMap<String, String>();
        try {
            form.put("assertion", JwtAssertion.signed(config, key, time.instant()));
        } catch (IllegalArgumentException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
        form.put("grant_type", OAuth2.JWT_BEARER);
        return sender.send(post(form));
    }

    /// Shows the client's secret in a header first, then, where that is refused, in the form: as Go's library finds
    /// out what a server likes.
    private Mono<HttpReply> shown(String value) {
        boolean header = inHeader;
        return request(value, header)
                .flatMap(reply -> reply.isSuccess()
                        ? Mono.just(reply)
                        : request(value, !header).doOnNext(other -> inHeader = other.isSuccess() != header));
    }

    private Mono<HttpReply> request(String value, boolean asHeader) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        if (!config.scopes().isEmpty()) {
            form.put("scope", String.join(" ", config.scopes()));
        }
        form.putAll(config.endpointParams());
        if (!asHeader) {
            form.put("client_id", config.clientId());
            if (!value.isEmpty()) {
                form.put("client_secret", value);
            }
        }
        HttpCall call = post(form);
        if (asHeader) {
            String pair = encode(config.clientId()) + ":" + encode(value);
            call = call.with(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return sender.send(call);
    }

    private HttpCall post(Map<String, String> form) {
        return HttpCall.post(
                        config.tokenUrl(),
                        "application/x-www-form-urlencoded",
                        encode(form).getBytes(StandardCharsets.UTF_8),
                        TIMEOUT)
                .withMaxBodyBytes(1 << 20);
    }

    private Token read(HttpReply reply, String value) {
        if (!reply.isSuccess()) {
            throw new Failure(
                    "oauth2: cannot fetch token: " + reply.statusLine() + "\nResponse: " + reply.text(), null);
        }
        JsonNode body;
        try {
            body = json.readTree(reply.body());
        } catch (JacksonException e) {
            throw new Failure("oauth2: cannot parse json: " + e.getOriginalMessage(), e);
        }
        String access = body.path("access_token").asString("");
        if (access.isEmpty()) {
            throw new Failure("oauth2: server response missing access_token", null);
        }
        String type = body.path("token_type").asString("");
        long seconds = body.path("expires_in").asLong(0);
        Instant until =
                seconds <= 0 ? Instant.MAX : time.instant().plusSeconds(seconds).minus(MARGIN);
        return new Token(
                (type.isEmpty() || type.equalsIgnoreCase("bearer") ? "Bearer" : type) + " " + access, until, value);
    }

    private static String encode(Map<String, String> form) {
        var out = new StringBuilder();
        form.forEach((name, value) -> out.append(out.isEmpty() ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        return out.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
