package io.pharos.runtime.ops;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Answers 503 until the process is ready, but for the paths by which one sees how far it is.
final class ReadinessFilter implements WebFilter, Ordered {
    private static final List<String> ALWAYS = List.of(
            "/-/", "/metrics", "/version", "/api/v1/status/walreplay", "/api/v1/notifications", "/static/", "/assets/");

    private final Readiness readiness;
    private final String prefix;

    ReadinessFilter(Readiness readiness, String prefix) {
        this.readiness = readiness;
        this.prefix = prefix.equals("/") ? "" : prefix;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (readiness.isReady()
                || isAlwaysServed(exchange.getRequest().getPath().value())) {
            return chain.filter(exchange);
        }
        var response = exchange.getResponse();
        response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
        response.getHeaders().setContentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8));
        response.getHeaders().set("X-Prometheus-Stopping", Boolean.toString(readiness.isStopping()));
        byte[] body = "Service Unavailable".getBytes(StandardCharsets.UTF_8);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private boolean isAlwaysServed(String path) {
        String inner = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
        return ALWAYS.stream().anyMatch(inner::startsWith);
    }
}
