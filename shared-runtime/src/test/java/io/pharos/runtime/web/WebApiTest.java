package io.pharos.runtime.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebApiTest {
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch brokenOff = new CountDownLatch(1);
    private DisposableServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    void serve() {
        var routes = new WebApi("https?://allowed\\..*")
                .routes()
                .getAndPost(
                        "/echo",
                        r -> new Answer.Data(
                                o -> o.texts(r.parameters().all("p")), Collections.nCopies(12, "w"), List.of("i")))
                .get("/name/{name}", r -> Answer.data(o -> o.text(r.variables().getOrDefault("name", ""))))
                .get("/refused", r -> {
                    throw new ApiException(ApiError.EXECUTION, "no <such> thing");
                })
                .get("/broken", r -> {
                    throw new IllegalStateException("bug: x");
                })
                .get("/nothing", r -> Answer.empty())
                .get("/plain", r -> Answer.text(403, "no"))
                .post("/body", 10, r -> Answer.bytes("text/plain", r.body()))
                .get(
                        "/long",
                        r -> Answer.data(o -> {
                            o.beginArray();
                            for (int i = 0; i < 500_000; i++) {
                                o.number(i);
                            }
                            o.endArray();
                        }))
                .get(
                        "/endless",
                        r -> Answer.data(o -> {
                            o.beginArray();
                            try {
                                while (true) {
                                    o.text("more");
                                }
                            } finally {
                                brokenOff.countDown();
                            }
                        }))
                .get("/slow", r -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                    return Answer.empty();
                })
                .build();
        var spring = new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes));
        server = HttpServer.create()
                .bindAddress(() -> new InetSocketAddress("127.0.0.1", 0))
                .handle((in, out) -> serve((DirectRouter) routes, spring, in, out))
                .bindNow();
    }

    /// Through Spring's dispatch.
    Mono<Void> serve(
            DirectRouter routes, ReactorHttpHandlerAdapter spring, HttpServerRequest in, HttpServerResponse out) {
        return spring.apply(in, out);
    }

    @AfterAll
    void stop() {
        server.disposeNow();
    }

    @Test
    void successHasTheEnvelopeAndAtMostTenWarnings() throws Exception {
        HttpResponse<String> r = get("/echo?p=a&p=%3Cb%3E");
        assertThat(r.statusCode()).isEqualTo(200);
        assertThat(r.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(r.headers().allValues("Vary")).containsExactly("Accept-Encoding", "Origin");
        assertThat(r.body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"a\",\"\\u003cb\\u003e\"],\"warnings\":["
                        + "\"w\",".repeat(10) + "\"2 more warning annotations omitted\"],\"infos\":[\"i\"]}");
    }

    @Test
    void aPostedFormIsReadBeforeTheQueryString() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/echo?p=url"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("p=form%20value&p=2"))
                .build();
        assertThat(send(request).body()).startsWith("{\"status\":\"success\",\"data\":[\"form value\",\"2\",\"url\"]");
    }

    @Test
    void failuresCarryTheirTypeAndStatus() throws Exception {
        HttpResponse<String> r = get("/refused");
        assertThat(r.statusCode()).isEqualTo(422);
        assertThat(r.body())
                .isEqualTo("{\"status\":\"error\",\"errorType\":\"execution\","
                        + "\"error\":\"no \\u003csuch\\u003e thing\"}");
        assertThat(get("/broken").statusCode()).isEqualTo(500);
        assertThat(get("/plain").body()).isEqualTo("no\n");
        assertThat(get("/nothing").statusCode()).isEqualTo(204);
    }

    @Test
    void anotherMethodIsNotAllowedAndASlashTooManyIsAnotherPath() throws Exception {
        HttpResponse<String> r =
                send(HttpRequest.newBuilder(uri("/echo")).DELETE().build());
        assertThat(r.statusCode()).isEqualTo(405);
        assertThat(r.headers().firstValue("Allow")).contains("GET, OPTIONS, POST");
        assertThat(get("/echo/?p=1").statusCode()).isEqualTo(404);
        assertThat(get("/name/a%20b").body()).contains("\"a b\"");
    }

    @Test
    void otherOriginsAreToldWhetherTheyMayCall() throws Exception {
        HttpResponse<String> r = send(HttpRequest.newBuilder(uri("/echo"))
                .header("Origin", "http://allowed.example")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build());
        assertThat(r.statusCode()).isEqualTo(204);
        assertThat(r.headers().firstValue("Access-Control-Allow-Origin")).contains("http://allowed.example");
        assertThat(r.headers().firstValue("Access-Control-Allow-Methods")).contains("GET, POST, OPTIONS");
        HttpResponse<String> other = send(HttpRequest.newBuilder(uri("/refused"))
                .header("Origin", "http://other.example")
                .build());
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(other.headers().firstValue("Access-Control-Expose-Headers")).contains("Date");
    }

    @Test
    void longAnswersStreamWholeAndCompressed() throws Exception {
        byte[] plain = bytes("/long", "identity");
        assertThat(plain).hasSizeGreaterThan(3_000_000);
        assertThat(new String(plain, StandardCharsets.US_ASCII)).endsWith("499998,499999]}");
        InputStream gzip = new ByteArrayInputStream(bytes("/long", "br, gzip"));
        assertThat(new GZIPInputStream(gzip).readAllBytes()).isEqualTo(plain);
        InputStream deflate = new ByteArrayInputStream(bytes("/long", "deflate, gzip"));
        assertThat(new InflaterInputStream(deflate).readAllBytes()).isEqualTo(plain);
        InputStream small = new ByteArrayInputStream(bytes("/echo", "gzip"));
        assertThat(new String(new GZIPInputStream(small).readAllBytes(), StandardCharsets.US_ASCII))
                .startsWith("{\"status\"");
    }

    @Test
    void aBodyOverItsLimitIsRefused() throws Exception {
        assertThat(post("/body", "0123456789").body()).isEqualTo("0123456789");
        HttpResponse<String> r = post("/body", "0123456789x");
        assertThat(r.statusCode()).isEqualTo(400);
        assertThat(r.body()).contains("request body too large");
    }

    @Test
    void aHandlerIsInterruptedWhenItsClientGoesAway() throws Exception {
        try (var _ = open("/slow")) {
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAnswerIsBrokenOffWhenItsClientGoesAway() throws Exception {
        try (Socket socket = open("/endless")) {
            assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
        }
        assertThat(brokenOff.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private Socket open(String path) throws IOException {
        var socket = new Socket("127.0.0.1", server.port());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private byte[] bytes(String path, String encoding) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Accept-Encoding", encoding)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
    }
}
