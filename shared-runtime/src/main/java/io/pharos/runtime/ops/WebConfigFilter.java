package io.pharos.runtime.ops;

import io.pharos.model.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Lets in the users of the web configuration file and sets its headers.
final class WebConfigFilter implements WebFilter, Ordered {
    /// Of an impossible password: unknown users take as long as known ones.
    private static final String NOBODY = "$2a$10$0V7BBQ8ZhNFSFKYMHEHT0uX0S6bIbtsLZmLGWc7jYEMEDgAjz3qPK";
    private static final int MOST_REMEMBERED = 100;

    private final WebConfig config;
    /// Answers of bcrypt, which is slow by design, by user, hash and password.
    private final Map<String, Boolean> remembered = new ConcurrentHashMap<>();

    WebConfigFilter(WebConfig config) {
        this.config = config;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 10;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.fromCallable(() -> isWelcome(exchange))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(welcome -> {
                    HttpHeaders headers = exchange.getResponse().getHeaders();
                    config.current().httpServerConfig().headers().forEach(headers::set);
                    return welcome ? chain.filter(exchange) : refuse(exchange);
                });
    }

    private boolean isWelcome(ServerWebExchange exchange) {
        Map<String, Secret> users = config.current().basicAuthUsers();
        if (users.isEmpty()) {
            return true;
        }
        String[] pair = credentials(exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION));
        if (pair == null) {
            return false;
        }
        Secret hash = users.get(pair[0]);
        String expected = hash == null ? NOBODY : hash.value();
        String key = pair[0] + "\0" + expected + "\0" + pair[1];
        Boolean known = remembered.get(key);
        if (known == null) {
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            known = BCrypt.checkpw(pair[1], expected.replaceFirst("^\\$2y\\$", "\\$2a\\$"));
            remembered.put(key, known);
        }
        return known && hash != null;
    }

    private static String @Nullable [] credentials(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            String text =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0 ? null : new String[] {text.substring(0, colon), text.substring(colon + 1)};
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Mono<Void> refuse(ServerWebExchange exchange) {
        var response = exchange.getResponse();
        response.setStatusCode(HttpStatus.UNAUTHORIZED);
        response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Basic");
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().set("X-Content-Type-Options", "nosniff");
        byte[] body = "Unauthorized\n".getBytes(StandardCharsets.UTF_8);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
