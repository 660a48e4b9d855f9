package io.pharos.runtime.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pharos.runtime.web.DirectRouter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;

/// Counts requests by the handler's pattern and status, and times them.
final class HttpMetrics implements WebFilter, DirectRouter.Log, Ordered {
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

    /// What is counted of a handler.
    private static final class Figures {
        private final String handler;
        private final Timer timer;
        private final AtomicReferenceArray<@Nullable Counter> byStatus = new AtomicReferenceArray<>(600);

        private Figures(String handler, Timer timer) {
            this.handler = handler;
            this.timer = timer;
        }
    }

    private final MeterRegistry meters;
    private final String prefix;
    private final Map<String, Figures> byHandler = new ConcurrentHashMap<>();
    private final Map<String, Optional<Figures>> byPattern = new ConcurrentHashMap<>(); // empty for what is not counted

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
            var status = exchange.getResponse().getStatusCode();
            figures(exchange)
                    .ifPresent(figures ->
                            count(figures, status == null ? 200 : status.value(), System.nanoTime() - start));
        });
    }

    @Override
    public void answered(String pattern, int status, long nanos) {
        Optional<Figures> figures = of(pattern);
        if (figures.isPresent()) {
            count(figures.get(), status, nanos);
        }
    }

    private void count(Figures figures, int status, long nanos) {
        Counter counter = figures.byStatus.get(status);
        if (counter == null) {
            counter = Counter.builder("prometheus_http_requests_total")
                    .description("Counter of HTTP requests.")
                    .tag("handler", figures.handler)
                    .tag("code", Integer.toString(status))
                    .register(meters);
            figures.byStatus.set(status, counter);
        }
        counter.increment();
        figures.timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private Optional<Figures> of(String pattern) {
        Optional<Figures> known = byPattern.get(pattern);
        return known != null ? known : byPattern.computeIfAbsent(pattern, this::ofNew);
    }

    /// Of the pattern as Prometheus writes it, `/api/v1/label/:name/values`; none of Alertmanager's, which counts its
    /// own.
    private Optional<Figures> ofNew(String pattern) {
        return pattern.startsWith("/api/v2")
                ? Optional.empty()
                : Optional.of(named(pattern.replaceAll("\\{\\*?([^}]*)\\}", ":$1")));
    }

    private Figures named(String handler) {
        return byHandler.computeIfAbsent(
                handler,
                name -> new Figures(
                        name,
                        Timer.builder("prometheus_http_request_duration_seconds")
                                .description("Histogram of latencies for HTTP requests.")
                                .tag("handler", name)
                                .serviceLevelObjectives(BUCKETS)
                                .register(meters)));
    }

    /// None for paths that nothing serves.
    private Optional<Figures> figures(ServerWebExchange exchange) {
        Object matched = exchange.getAttribute(RouterFunctions.MATCHING_PATTERN_ATTRIBUTE);
        if (matched instanceof PathPattern pattern) {
            String text = pattern.getPatternString();
            return of(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
        }
        String path = exchange.getRequest().getPath().value();
        return path.startsWith(prefix + "/api/v1/") ? Optional.of(named("/api/v1/*path")) : Optional.empty();
    }
}
