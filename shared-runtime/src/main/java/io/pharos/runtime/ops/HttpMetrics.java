package io.pharos.runtime.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;

/// Counts requests by the handler's pattern and status, and times them.
final class HttpMetrics implements WebFilter, Ordered {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(400),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(8),
        Duration.ofSeconds(20),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2)
    };

    private record Series(String handler, int code) {}

    private final MeterRegistry meters;
    private final String prefix;
    private final Map<Series, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final Map<String, String> handlers = new ConcurrentHashMap<>(); // by pattern

    /// @param prefix of every route, `/` for none
    HttpMetrics(MeterRegistry meters, String prefix) {
        this.meters = meters;
        this.prefix = prefix.equals("/") ? "" : prefix;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        long start = System.nanoTime();
        return chain.filter(exchange).doFinally(_ -> {
            String handler = handler(exchange);
            if (!handler.isEmpty()) {
                var status = exchange.getResponse().getStatusCode();
                count(handler, status == null ? 200 : status.value(), System.nanoTime() - start);
            }
        });
    }

    private void count(String handler, int code, long nanos) {
        counters.computeIfAbsent(new Series(handler, code), series -> Counter.builder("prometheus_http_requests_total")
                        .description("Counter of HTTP requests.")
                        .tag("handler", series.handler())
                        .tag("code", Integer.toString(series.code()))
                        .register(meters))
                .increment();
        timers.computeIfAbsent(handler, name -> Timer.builder("prometheus_http_request_duration_seconds")
                        .description("Histogram of latencies for HTTP requests.")
                        .tag("handler", name)
                        .serviceLevelObjectives(BUCKETS)
                        .register(meters))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private String handler(String pattern) {
        String text = pattern.startsWith(prefix) ? pattern.substring(prefix.length()) : pattern;
        return text.startsWith("/api/v2") ? "" : text.replaceAll("\\{\\*?([^}]*)\\}", ":$1");
    }

    /// The pattern as Prometheus writes it, `/api/v1/label/:name/values`; empty for paths that nothing serves and for
    /// Alertmanager's, which counts its own.
    private String handler(ServerWebExchange exchange) {
        Object matched = exchange.getAttribute(RouterFunctions.MATCHING_PATTERN_ATTRIBUTE);
        String path = exchange.getRequest().getPath().value();
        if (matched instanceof PathPattern pattern) {
            String text = pattern.getPatternString();
            return handlers.computeIfAbsent(text, this::handler);
        }
        return path.startsWith(prefix + "/api/v1/") ? "/api/v1/*path" : "";
    }
}
