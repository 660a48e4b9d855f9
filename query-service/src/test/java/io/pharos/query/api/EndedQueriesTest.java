package io.pharos.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.FeatureFlags;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryLimits;
import io.pharos.runtime.web.WebApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/// Queries that end before they are done: they end alone, and the server goes on.
class EndedQueriesTest {
    private static final long T = 1_700_000_000_000L;
    private static final long MOST_BYTES = 4_000_000;

    private final CrowdedSeries source = new CrowdedSeries(T);
    private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private QueryEngine engine;
    private DisposableServer server;

    @BeforeEach
    void serve() {
        InstantSource time = InstantSource.fixed(Instant.ofEpochMilli(T));
        engine = new QueryEngine(
                source, FeatureFlags.NONE, new QueryLimits(50_000_000, MOST_BYTES, 20, 120_000, 300_000), time);
        engine.setQueryLog((request, _, error) -> ended.add(request.expression() + ": " + error));
        var routes = new QueryRoutes(engine, source, FeatureFlags.NONE, time, 300_000, 50, () -> Labels.EMPTY);
        server = HttpServer.create()
                .bindAddress(() -> new InetSocketAddress("127.0.0.1", 0))
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes.router(new WebApi(".*")))))
                .bindNow();
    }

    @AfterEach
    void stop() {
        server.disposeNow();
        engine.close();
    }

    @Test
    void aQueryThatWouldHoldTooMuchFailsAlone() throws Exception {
        HttpResponse<String> hostile = get("/api/v1/query_range?query=crowd&start=1699990000&end=1700000000&step=1")
                .join();
        assertThat(hostile.statusCode()).isEqualTo(422);
        assertThat(hostile.body())
                .contains("\"errorType\":\"execution\"")
                .contains("would hold more than " + MOST_BYTES + " bytes");
        assertThat(get("/api/v1/query?query=one").join().body()).contains("\"value\":[1700000000,\"1\"]");
        assertThat(engine.running()).isEmpty();
    }

    @Test
    void aQueryEndsWhenItsClientGoesAway() throws Exception {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write("GET /api/v1/query?query=count(crowd) HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            source.reading.await();
        }
        assertThat(ended.poll(30, TimeUnit.SECONDS))
                .isEqualTo("count(crowd): query was canceled in expression evaluation");
        assertThat(get("/api/v1/query?query=one").join().statusCode()).isEqualTo(200);
        assertThat(engine.running()).isEmpty();
    }

    @Test
    void aRunningQueryIsListedWithWhoAskedAndEndsWhenItIsDeleted() throws Exception {
        var asked = HttpRequest.newBuilder(uri("/api/v1/query?query=count(crowd)"))
                .header("X-Dashboard-Uid", "abc")
                .header("X-Dashboard-Title", "Nodes")
                .header("X-Panel-Id", "4")
                .build();
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(asked, HttpResponse.BodyHandlers.ofString());
        source.reading.await();
        String list = get("/api/pharos/v1/queries").join().body();
        assertThat(list)
                .contains("\"query\":\"count(crowd)\"")
                .contains("\"state\":\"running\"")
                .contains("\"origin\":{\"clientIP\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/api/v1/query\","
                        + "\"dashboardUid\":\"abc\",\"dashboardTitle\":\"Nodes\",\"panelId\":\"4\"}");
        Matcher id = Pattern.compile("\"id\":([0-9]+)").matcher(list);
        assertThat(id.find()).isTrue();
        HttpRequest delete = HttpRequest.newBuilder(uri("/api/pharos/v1/queries/" + id.group(1)))
                .DELETE()
                .build();
        assertThat(client.send(delete, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isBetween(200, 204);
        assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(499);
        assertThat(answer.join().body())
                .isEqualTo("{\"status\":\"error\",\"errorType\":\"canceled\","
                        + "\"error\":\"query was canceled in expression evaluation\"}");
        assertThat(get("/api/pharos/v1/queries").join().body()).contains("\"queries\":[]");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private CompletableFuture<HttpResponse<String>> get(String path) throws IOException {
        return client.sendAsync(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
