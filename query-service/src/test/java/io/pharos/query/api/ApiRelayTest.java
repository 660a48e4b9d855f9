package io.pharos.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.config.HttpConfig;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.runtime.http.HttpClients;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.WebApi;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class ApiRelayTest {
    private final List<DisposableServer> servers = new ArrayList<>();
    private final HttpSender sender = new HttpClients("test", InstantSource.system()).open("peers", HttpConfig.plain());
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(DisposableServer::disposeNow);
        sender.close();
    }

    @Test
    void targetsOfAllScrapersAreMerged() throws Exception {
        String a = node("a");
        String b = node("b");
        String relay = relay(Map.of("scraper", List.of(a, b)));
        assertThat(get(relay + "/api/v1/targets?state=active").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"activeTargets\":[{\"scrapeUrl\":\"a\"},"
                        + "{\"scrapeUrl\":\"b\"}],\"droppedTargetCounts\":{\"x\":2}}}");
        assertThat(seen).contains("a GET state=active ", "b GET state=active ");
    }

    @Test
    void ruleGroupsThatReplicasShareComeOnce() throws Exception {
        String relay = relay(Map.of("rule", List.of(node("a"), node("b"))));
        assertThat(get(relay + "/api/v1/rules").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"groups\":["
                        + "{\"name\":\"g\",\"file\":\"f\",\"rules\":[],\"lastEvaluation\":\"a\"}]}}");
    }

    @Test
    void aNodeThatIsDownIsNamedInAWarning() throws Exception {
        String relay = relay(Map.of("scraper", List.of(node("a"), nobody())));
        assertThat(get(relay + "/api/v1/targets").body())
                .contains("\"activeTargets\":[{\"scrapeUrl\":\"a\"}]")
                .contains("\"warnings\":[\"http://127.0.0.1:")
                .contains("cannot be reached");
    }

    @Test
    void writesGoToEveryStorageNodeAndTheFirstFailureIsTheAnswer() throws Exception {
        String relay = relay(Map.of("storage", List.of(node("a"), node("b"))));
        assertThat(post(relay + "/api/v1/write", "body").statusCode()).isEqualTo(204);
        assertThat(seen).contains("a POST  body", "b POST  body");
        HttpResponse<String> refused = post(relay + "/api/v1/write", "bad");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).isEqualTo("out of order\n");
        String half = relay(Map.of("storage", List.of(node("a"), nobody())));
        assertThat(post(half + "/api/v1/write", "body").statusCode()).isEqualTo(500);
    }

    @Test
    void oneNodeAnswersAndTheNextWhereItIsDown() throws Exception {
        String relay = relay(Map.of("storage", List.of(nobody(), node("b"))));
        assertThat(get(relay + "/api/v1/status/tsdb").body()).isEqualTo("{\"status\":\"success\",\"data\":\"b\"}");
        HttpResponse<String> unknown = get(relay + "/api/v1/alerts");
        assertThat(unknown.statusCode()).isEqualTo(500);
        assertThat(unknown.body()).contains("\"errorType\":\"unavailable\"").contains("no rule is known");
    }

    private String relay(Map<String, List<String>> nodes) {
        var relay = new ApiRelay(
                service -> {
                    List<String> known = nodes.get(service);
                    if (known == null) {
                        throw new ApiException(ApiError.UNAVAILABLE, "no " + service + " is known");
                    }
                    return known;
                },
                sender,
                "/");
        return serve(relay.router(new WebApi(".*")));
    }

    private String node(String name) {
        return serve(new WebApi(".*")
                .routes()
                .get("/api/v1/targets", r -> {
                    note(name, r);
                    return Answer.data(o -> o.raw("{\"activeTargets\":[{\"scrapeUrl\":\"" + name
                            + "\"}],\"droppedTargetCounts\":{\"x\":1}}"));
                })
                .get(
                        "/api/v1/rules",
                        r -> Answer.data(o -> o.raw("{\"groups\":[{\"name\":\"g\",\"file\":\"f\",\"rules\":[],"
                                + "\"lastEvaluation\":\"" + name + "\"}]}")))
                .get("/api/v1/status/tsdb", r -> Answer.data(o -> o.text(name)))
                .post("/api/v1/write", 100, r -> {
                    note(name, r);
                    boolean bad = name.equals("b") && new String(r.body(), StandardCharsets.UTF_8).equals("bad");
                    return bad ? Answer.text(400, "out of order") : Answer.empty();
                })
                .build());
    }

    private void note(String name, ApiRequest r) {
        seen.add(name + " " + r.method() + " " + r.query().encoded() + " "
                + new String(r.body(), StandardCharsets.UTF_8));
    }

    private String serve(RouterFunction<ServerResponse> routes) {
        DisposableServer server = HttpServer.create()
                .bindAddress(() -> new InetSocketAddress("127.0.0.1", 0))
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes)))
                .bindNow();
        servers.add(server);
        return "http://127.0.0.1:" + server.port();
    }

    /// The address of a port that was just free.
    private static String nobody() throws Exception {
        try (var socket = new ServerSocket(0)) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }

    private HttpResponse<String> get(String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String url, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
