package io.pharos.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.HttpConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRoutes;

class HttpSenderTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final List<DisposableServer> servers = new ArrayList<>();
    private final List<HttpSender> senders = new ArrayList<>();

    private DisposableServer serve(Consumer<HttpServerRoutes> routes) {
        return serve(routes, server -> server);
    }

    private DisposableServer serve(Consumer<HttpServerRoutes> routes, UnaryOperator<HttpServer> with) {
        DisposableServer server = with.apply(
                        HttpServer.create().host("127.0.0.1").port(0))
                .route(routes)
                .bindNow();
        servers.add(server);
        return server;
    }

    private HttpSender sender(String yaml) {
        HttpConfig config = new ConfigLoader()
                .prometheusText("scrape_configs:\n- job_name: a\n" + yaml.indent(2))
                .jobs()
                .getFirst()
                .http();
        HttpSender sender = new HttpClients("Test/1", InstantSource.system()).open("test", config);
        senders.add(sender);
        return sender;
    }

    @AfterEach
    void close() {
        senders.forEach(HttpSender::close);
        servers.forEach(DisposableServer::disposeNow);
    }

    private static String url(DisposableServer server, String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    private static Consumer<HttpServerRoutes> echo(String header) {
        return routes -> routes.get(
                "/",
                (request, response) -> response.sendString(
                        Mono.just(String.valueOf(request.requestHeaders().get(header)))));
    }

    @Test
    void basicAuthenticationIsSentWithTheUserAgent() throws Exception {
        DisposableServer server = serve(routes -> routes.get(
                "/",
                (request, response) ->
                        response.sendString(Mono.just(request.requestHeaders().get("Authorization") + " "
                                + request.requestHeaders().get("User-Agent")))));
        HttpReply reply =
                sender("basic_auth: {username: u, password: p}\n").call(HttpCall.get(url(server, "/"), SECONDS));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo("Basic dTpw Test/1");
    }

    @Test
    void aTokenFileIsReadAgainWhenItChanges() throws Exception {
        DisposableServer server = serve(echo("Authorization"));
        Path file = Files.writeString(folder.resolve("token"), "one\n");
        HttpSender sender = sender("authorization: {credentials_file: " + file + "}\n");
        assertThat(sender.call(HttpCall.get(url(server, "/"), SECONDS)).text()).isEqualTo("Bearer one");
        Files.writeString(file, "another\n");
        assertThat(sender.call(HttpCall.get(url(server, "/"), SECONDS)).text()).isEqualTo("Bearer another");
    }

    @Test
    void ownHeadersAreSent() throws Exception {
        DisposableServer server = serve(echo("X-Team"));
        HttpSender sender = sender("http_headers: {X-Team: {values: [blue]}}\n");
        assertThat(sender.call(HttpCall.get(url(server, "/"), SECONDS)).text()).isEqualTo("blue");
    }

    @Test
    void redirectsAreFollowedWithoutShowingCredentialsToOthers() throws Exception {
        DisposableServer other = serve(echo("Authorization"));
        DisposableServer server = serve(routes -> routes.get(
                        "/away", (_, response) -> response.sendRedirect("http://localhost:" + other.port() + "/"))
                .get("/home", (_, response) -> response.sendRedirect("/"))
                .get("/loop", (_, response) -> response.sendRedirect("/loop"))
                .get(
                        "/",
                        (request, response) -> response.sendString(Mono.just(
                                String.valueOf(request.requestHeaders().get("Authorization"))))));
        HttpSender sender = sender("authorization: {credentials: secret}\n");
        assertThat(sender.call(HttpCall.get(url(server, "/home"), SECONDS)).text())
                .isEqualTo("Bearer secret");
        assertThat(sender.call(HttpCall.get(url(server, "/away"), SECONDS)).text())
                .isEqualTo("null");
        assertThatThrownBy(() -> sender.call(HttpCall.get(url(server, "/loop"), SECONDS)))
                .hasMessageContaining("stopped after 10 redirects");
        DisposableServer keyed = serve(echo("X-Key"));
        DisposableServer leading = serve(routes ->
                routes.get("/away", (_, response) -> response.sendRedirect("http://localhost:" + keyed.port() + "/")));
        HttpSender withKey = sender("http_headers: {X-Key: {secrets: [key]}}\n");
        assertThat(withKey.call(HttpCall.get(url(keyed, "/"), SECONDS)).text()).isEqualTo("key");
        assertThat(withKey.call(HttpCall.get(url(leading, "/away"), SECONDS)).text())
                .isEqualTo("null");
        assertThat(sender("follow_redirects: false\n")
                        .call(HttpCall.get(url(server, "/home"), SECONDS))
                        .status())
                .isEqualTo(302);
    }

    @Test
    void aPostIsSentWithItsBody() throws Exception {
        DisposableServer server = serve(routes -> routes.post(
                "/",
                (request, response) -> response.sendString(request.receive()
                        .aggregate()
                        .asString()
                        .map(body -> body + " " + request.requestHeaders().get("Content-Type")))));
        HttpCall call = HttpCall.post(url(server, "/"), "text/x", "hello".getBytes(StandardCharsets.UTF_8), SECONDS);
        assertThat(sender("").call(call).text()).isEqualTo("hello text/x");
    }

    @Test
    void compressedAnswersAreUnpackedAndLongOnesRefused() throws Exception {
        String big = "x".repeat(10_000);
        DisposableServer server = serve(
                routes -> routes.get("/", (_, response) -> response.sendString(Mono.just(big))),
                with -> with.compress(true));
        HttpCall call = HttpCall.get(url(server, "/"), SECONDS);
        assertThat(sender("").call(call).text()).isEqualTo(big);
        assertThatThrownBy(() -> sender("").call(call.withMaxBodyBytes(9_999)))
                .hasMessageContaining("body size limit exceeded");
    }

    @Test
    void aBodyGoesToASinkPieceByPiece() throws Exception {
        DisposableServer server = serve(echo("User-Agent"));
        var text = new StringBuilder();
        HttpReply reply = sender("")
                .call(
                        HttpCall.get(url(server, "/"), SECONDS),
                        part -> text.append(part.toString(StandardCharsets.UTF_8)));
        assertThat(text).hasToString("Test/1");
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void failuresSpeakGo() throws Exception {
        DisposableServer server = serve(routes -> routes.get("/", (_, response) -> response.sendString(Mono.never())));
        assertThatThrownBy(() -> sender("").call(HttpCall.get(url(server, "/"), Duration.ofMillis(200))))
                .isInstanceOf(HttpException.class)
                .hasMessage("Get \"" + url(server, "/") + "\": context deadline exceeded");
        String gone = url(server, "/");
        server.disposeNow();
        assertThatThrownBy(() -> sender("").call(HttpCall.get(gone, SECONDS)))
                .hasMessage("Get \"" + gone + "\": dial tcp 127.0.0.1:" + gone.replaceAll(".*:(\\d+)/", "$1")
                        + ": connect: connection refused");
        assertThatThrownBy(() -> sender("").call(HttpCall.get("http://no-such-host.invalid/", SECONDS)))
                .hasMessageStartingWith("Get \"http://no-such-host.invalid/\": dial tcp: lookup no-such-host.invalid");
    }

    private static Path resource(String name) {
        return Path.of("src/test/resources/tls").resolve(name).toAbsolutePath();
    }

    private DisposableServer secure() throws IOException {
        var context = SslContextBuilder.forServer(
                        resource("server.pem").toFile(), resource("server.key").toFile())
                .trustManager(resource("client.pem").toFile())
                .clientAuth(ClientAuth.OPTIONAL)
                .build();
        return serve(
                routes -> routes.get("/", (_, response) -> response.sendString(Mono.just("safe"))),
                with -> with.secure(spec -> spec.sslContext(context)));
    }

    @Test
    void tlsTrustsTheAuthorityGivenAndNoOther() throws Exception {
        DisposableServer server = secure();
        String url = "https://localhost:" + server.port() + "/";
        String ca = "ca_file: " + resource("server.pem");
        assertThat(sender("tls_config: {" + ca + "}\n")
                        .call(HttpCall.get(url, SECONDS))
                        .text())
                .isEqualTo("safe");
        assertThat(sender("tls_config: {insecure_skip_verify: true}\n")
                        .call(HttpCall.get("https://127.0.0.1:" + server.port() + "/", SECONDS))
                        .text())
                .isEqualTo("safe");
        assertThatThrownBy(() -> sender("").call(HttpCall.get(url, SECONDS))).hasMessageContaining("tls: ");
        assertThat(sender("enable_http2: false\ntls_config: {" + ca + ", server_name: pharos.test, cert_file: "
                                + resource("client.pem") + ", key_file: " + resource("client-sec1.key") + "}\n")
                        .call(HttpCall.get(url, SECONDS))
                        .text())
                .isEqualTo("safe");
    }

    @Test
    void keysOfEveryFormAreRead() throws IOException {
        for (String name : List.of("server.key", "server-pkcs1.key", "client-sec1.key")) {
            assertThat(PemKeys.read(Files.readString(resource(name))).getEncoded())
                    .isNotEmpty();
        }
    }

    @Test
    void filesThatAreMissingFailWhenTheSenderIsOpened() {
        assertThatThrownBy(() -> sender("tls_config: {ca_file: /no/such.pem}\n"))
                .hasMessage("unable to read CA cert: unable to read file /no/such.pem: open /no/such.pem: no such file"
                        + " or directory");
    }

    @Test
    void anUncheckedSenderFailsWhenItNeedsThem() {
        HttpConfig config = new ConfigLoader()
                .prometheusText("scrape_configs: [{job_name: a, tls_config: {ca_file: /no/such.pem}}]\n")
                .jobs()
                .getFirst()
                .http();
        HttpSender sender = new HttpClients("Test/1", InstantSource.system()).openUnchecked("test", config);
        senders.add(sender);
        assertThatThrownBy(() -> sender.call(HttpCall.get("https://127.0.0.1:1/", SECONDS)))
                .isInstanceOf(HttpException.class)
                .hasMessage("Get \"https://127.0.0.1:1/\": unable to read CA cert: unable to read file /no/such.pem:"
                        + " open /no/such.pem: no such file or directory");
    }

    @Test
    void aTokenIsFetchedOnceAndShown() throws Exception {
        var fetched = new AtomicInteger();
        var forms = new CopyOnWriteArrayList<String>();
        DisposableServer server = serve(routes -> routes.post(
                        "/token",
                        (request, response) -> response.sendString(
                                request.receive().aggregate().asString().map(form -> {
                                    forms.add(form + " "
                                            + request.requestHeaders().get("Authorization"));
                                    return "{\"access_token\":\"t" + fetched.incrementAndGet()
                                            + "\",\"token_type\":\"bearer\",\"expires_in\":3600}";
                                })))
                .get(
                        "/",
                        (request, response) -> response.sendString(Mono.just(
                                String.valueOf(request.requestHeaders().get("Authorization"))))));
        HttpSender sender = sender("oauth2: {client_id: me, client_secret: s, scopes: [a, b], token_url: \""
                + url(server, "/token") + "\"}\n");
        assertThat(sender.call(HttpCall.get(url(server, "/"), SECONDS)).text()).isEqualTo("Bearer t1");
        assertThat(sender.call(HttpCall.get(url(server, "/"), SECONDS)).text()).isEqualTo("Bearer t1");
        assertThat(forms).containsExactly("grant_type=client_credentials&scope=a+b Basic bWU6cw==");
    }

    @Test
    void aPlainProxyIsAskedForTheWholeUrl() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        DisposableServer proxy = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> {
                    seen.add(request.uri() + " " + request.requestHeaders().get("Proxy-Authorization"));
                    return response.sendString(Mono.just("by proxy"));
                })
                .bindNow();
        servers.add(proxy);
        HttpSender sender =
                sender("proxy_url: http://u:p@127.0.0.1:" + proxy.port() + "\nno_proxy: 10.0.0.0/8,inside.test\n");
        assertThat(sender.call(HttpCall.get("http://far.test/x?y=z", SECONDS)).text())
                .isEqualTo("by proxy");
        assertThat(seen).containsExactly("http://far.test/x?y=z Basic dTpw");
        assertThatThrownBy(() -> sender.call(HttpCall.get("http://a.inside.test/", SECONDS)))
                .hasMessageContaining("no such host");
    }
}
