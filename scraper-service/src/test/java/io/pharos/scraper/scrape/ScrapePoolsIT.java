package io.pharos.scraper.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.discovery.TargetSources;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.port.FeatureFlags;
import io.pharos.runtime.http.HttpClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.tcp.TcpServer;

/// Scrapes real sockets. May wait, up to a deadline.
class ScrapePoolsIT {
    private interface Handler {
        Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response);
    }

    private final ConcurrentHashMap<String, Handler> handlers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> handlers.getOrDefault(request.path(), (r, s) -> s.sendNotFound())
                    .answer(request, response))
            .bindNow();
    private final RecordingSink sink = new RecordingSink();
    private final ScrapePools pools = new ScrapePools(
            sink,
            InstantSource.system(),
            new SimpleMeterRegistry(),
            FeatureFlags.NONE,
            new HttpClients("Prometheus/test", InstantSource.system()),
            configs -> new TargetSources(
                            new HttpClients("t", InstantSource.system()),
                            new SimpleMeterRegistry(),
                            InstantSource.system())
                    .of(configs),
            new ScrapePools.Options(true, Duration.ofMillis(2), Duration.ofMillis(50), 1 << 20));

    @AfterEach
    void end() {
        pools.close();
        server.disposeNow();
    }

    @Test
    void aTargetIsScrapedAgainAndAgain() {
        var n = new AtomicInteger();
        handlers.put("metrics", (request, response) -> {
            accepted.add(request.requestHeaders().get("Accept") + " "
                    + request.requestHeaders().get("X-Prometheus-Scrape-Timeout-Seconds") + " "
                    + request.requestHeaders().get("Accept-Encoding"));
            return text(response, "a " + n.incrementAndGet() + "\n");
        });
        apply("");
        await(() -> sink.of("a").size() >= 3, () -> sink.of("a").toString());
        assertThat(accepted.peek())
                .isEqualTo("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        + "application/openmetrics-text;version=0.0.1;q=0.5,"
                        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
                        + " 0.2 gzip");
        assertThat(pools.pools().getFirst().active().getFirst().status().health())
                .isEqualTo(LoopStatus.Health.UP);
    }

    @Test
    void gzipIsUnpacked() {
        handlers.put("metrics", (request, response) -> response.header("Content-Type", "text/plain")
                .header("Content-Encoding", "gzip")
                .sendByteArray(Mono.just(zipped("a 1\n"))));
        apply("");
        await(() -> !sink.of("a").isEmpty(), () -> error());
    }

    @Test
    void aBombIsRefused() {
        byte[] bomb = zipped("# ".repeat(10 << 20));
        handlers.put("metrics", (request, response) -> response.header("Content-Type", "text/plain")
                .header("Content-Encoding", "gzip")
                .sendByteArray(Mono.just(bomb)));
        apply("");
        await(() -> error().equals("body size limit exceeded"), () -> error());
    }

    @Test
    void failuresAreSaidInPrometheusWords() {
        String url = "http://127.0.0.1:" + server.port() + "/metrics";
        apply("");
        await(() -> error().equals("server returned HTTP status 404 Not Found"), () -> error());
        handlers.put("metrics", (request, response) -> response.header("Content-Type", "text/plain")
                .header("Content-Encoding", "gzip")
                .sendByteArray(Mono.just("a 1\nb 2\nc 3\n".getBytes(StandardCharsets.UTF_8))));
        await(() -> error().equals("gzip: invalid header"), () -> error());
        handlers.put("metrics", (request, response) -> Mono.never());
        await(() -> error().equals("Get \"" + url + "\": context deadline exceeded"), () -> error());
        handlers.put("metrics", (request, response) -> response.header("Content-Type", "text/plain")
                .sendString(Mono.just("a 1\n").concatWith(Mono.never())));
        await(() -> error().equals("context deadline exceeded"), () -> error());
        int port = server.port();
        server.disposeNow();
        await(
                () -> error().equals(
                                "Get \"" + url + "\": dial tcp 127.0.0.1:" + port + ": connect: connection refused"),
                () -> error());
        assertThat(sink.of("up")).allSatisfy(line -> assertThat(line).endsWith("0.0"));
    }

    @Test
    void aBodyCutShortFails() {
        DisposableServer cutting = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((in, out) -> out.sendString(in.receive()
                        .next()
                        .map(_ -> "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\na 1\n")))
                .bindNow();
        try {
            pools.prepare(new ConfigLoader()
                            .prometheusText(config("").replace(":" + server.port(), ":" + cutting.port())))
                    .run();
            await(() -> error().equals("unexpected EOF"), () -> error());
        } finally {
            cutting.disposeNow();
        }
    }

    @Test
    void aTargetThatIsGoneEndsItsSeries() {
        handlers.put("metrics", (request, response) -> text(response, "a 1\n"));
        apply("");
        await(() -> !sink.of("a").isEmpty(), () -> error());
        pools.prepare(new ConfigLoader().prometheusText("scrape_configs: []")).run();
        await(() -> sink.of("a").getLast().endsWith("stale"), () -> sink.of("a").toString());
        assertThat(sink.of("up").getLast()).endsWith("stale");
    }

    @Test
    void aReloadWithAnotherIntervalGoesOnWithTheSeries() {
        handlers.put("metrics", (request, response) -> text(response, "a 1\n"));
        apply("");
        await(() -> sink.of("a").size() > 1, () -> error());
        apply("    scrape_interval: 300ms\n    scrape_timeout: 100ms\n");
        int before = sink.of("a").size();
        await(() -> sink.of("a").size() > before + 2, () -> error());
        assertThat(sink.of("a")).allSatisfy(line -> assertThat(line).doesNotEndWith("stale"));
        assertThat(sink.of("scrape_series_added").getLast()).endsWith(" 0.0");
    }

    @Test
    void aTargetLimitFailsEveryTarget() {
        handlers.put("metrics", (request, response) -> text(response, "a 1\n"));
        pools.prepare(new ConfigLoader()
                        .prometheusText(
                                config("    target_limit: 1\n").replace("]", ", localhost:" + server.port() + "]")))
                .run();
        await(() -> error().equals("target_limit exceeded (number of targets: 2, limit: 1)"), () -> error());
        assertThat(sink.of("a")).isEmpty();
    }

    private String config(String more) {
        return "global:\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\nscrape_configs:\n  - job_name: j\n" + more
                + "    static_configs:\n      - targets: [127.0.0.1:" + server.port() + "]\n";
    }

    private void apply(String more) {
        pools.prepare(new ConfigLoader().prometheusText(config(more))).run();
    }

    private String error() {
        return pools.pools().stream()
                .flatMap(pool -> pool.active().stream())
                .map(active -> active.status().error())
                .findFirst()
                .orElse("no target");
    }

    private static Publisher<Void> text(HttpServerResponse response, String body) {
        return response.header("Content-Type", "text/plain; version=0.0.4").sendString(Mono.just(body));
    }

    private static byte[] zipped(String body) {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void await(BooleanSupplier condition, Supplier<String> state) {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain; now: " + state.get());
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
