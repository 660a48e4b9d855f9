package io.pharos.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslContextBuilder;
import io.pharos.model.config.ConfigLoader;
import io.pharos.model.config.OAuth2;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/// A line whose target wants a token, and the server that gives them.
class OAuth2LineTest {
    @TempDir
    Path folder;

    private final List<DisposableServer> servers = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile boolean headerRefused;
    private volatile Instant now = Instant.EPOCH;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        servers.forEach(DisposableServer::disposeNow);
    }

    private DisposableServer tokenServer(UnaryOperator<HttpServer> with) {
        DisposableServer server = with.apply(
                        HttpServer.create().host("127.0.0.1").port(0))
                .handle((request, response) -> response.sendString(
                        request.receive().aggregate().asString().map(form -> {
                            String header = request.requestHeaders().get("Authorization");
                            asked.add(request.uri() + " " + form + (header == null ? "" : " " + header));
                            if (headerRefused && header != null) {
                                response.status(401);
                                return "{\"error\":\"invalid_client\"}";
                            }
                            return "{\"access_token\":\"t" + tokens.incrementAndGet()
                                    + "\",\"token_type\":\"Bearer\",\"expires_in\":60}";
                        })))
                .bindNow();
        servers.add(server);
        return server;
    }

    private HttpLine line(String oauth2) {
        DisposableServer target = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.sendString(
                        Mono.just(String.valueOf(request.requestHeaders().get("Authorization")))))
                .bindNow();
        servers.add(target);
        var config = new ConfigLoader()
                .prometheusText("scrape_configs:\n- job_name: a\n  oauth2: {client_id: me, " + oauth2 + "}\n")
                .jobs()
                .getFirst()
                .http();
        HttpSender sender = new HttpClients("Test/1", () -> now).open("test", config);
        open.add(sender);
        HttpLine line = sender.line(
                        HttpCall.get("http://127.0.0.1:" + target.port() + "/metrics", Duration.ofSeconds(10)), "")
                .orElseThrow();
        open.add(line);
        return line;
    }

    private static String ask(HttpLine line) throws Exception {
        var text = new Text();
        assertThat(line.call(text).status()).isEqualTo(200);
        return new String(text.bytes, 0, text.length, StandardCharsets.UTF_8);
    }

    private static final class Text implements HttpLine.Body {
        private final byte[] bytes = new byte[1000];
        private int length;

        @Override
        public void ensure(int more) {
            assertThat(length + more).isLessThan(bytes.length);
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void advance(int n) {
            length += n;
        }
    }

    @Test
    void aTokenIsShownUntilShortlyBeforeItEnds() throws Exception {
        DisposableServer server = tokenServer(with -> with);
        HttpLine line =
                line("client_secret: s, scopes: [a, b], endpoint_params: {audience: x y}, token_url: 'http://127.0.0.1:"
                        + server.port() + "/token'");
        assertThat(ask(line)).isEqualTo("Bearer t1");
        now = now.plusSeconds(49);
        assertThat(ask(line)).isEqualTo("Bearer t1");
        now = now.plusSeconds(2);
        assertThat(ask(line)).isEqualTo("Bearer t2");
        assertThat(asked)
                .hasSize(2)
                .containsOnly("/token grant_type=client_credentials&scope=a+b&audience=x+y Basic bWU6cw==");
    }

    @Test
    void aSecretInAFileThatChangesBringsAnotherToken() throws Exception {
        DisposableServer server = tokenServer(with -> with);
        Path file = Files.writeString(folder.resolve("secret"), "one\n");
        HttpLine line =
                line("client_secret_file: " + file + ", token_url: 'http://127.0.0.1:" + server.port() + "/token'");
        assertThat(ask(line)).isEqualTo("Bearer t1");
        assertThat(ask(line)).isEqualTo("Bearer t1");
        Files.writeString(file, "another\n");
        assertThat(ask(line)).isEqualTo("Bearer t2");
        assertThat(asked)
                .containsExactly(
                        "/token grant_type=client_credentials Basic bWU6b25l",
                        "/token grant_type=client_credentials Basic bWU6YW5vdGhlcg==");
    }

    @Test
    void aServerThatRefusesTheHeaderIsAskedByForm() throws Exception {
        headerRefused = true;
        DisposableServer server = tokenServer(with -> with);
        HttpLine line = line("client_secret: s, token_url: 'http://127.0.0.1:" + server.port() + "/token'");
        assertThat(ask(line)).isEqualTo("Bearer t1");
        now = now.plusSeconds(3600);
        assertThat(ask(line)).isEqualTo("Bearer t2");
        String form = "/token grant_type=client_credentials&client_id=me&client_secret=s";
        assertThat(asked).containsExactly("/token grant_type=client_credentials Basic bWU6cw==", form, form);
    }

    @Test
    void aTokenMayComeByTls() throws Exception {
        Path tls = Path.of("src/test/resources/tls").toAbsolutePath();
        var context = SslContextBuilder.forServer(
                        tls.resolve("server.pem").toFile(),
                        tls.resolve("server.key").toFile())
                .build();
        DisposableServer server = tokenServer(with -> with.secure(spec -> spec.sslContext(context)));
        String url = "token_url: 'https://localhost:" + server.port() + "/token'";
        assertThat(ask(line("client_secret: s, tls_config: {ca_file: " + tls.resolve("server.pem") + "}, " + url)))
                .isEqualTo("Bearer t1");
        HttpLine distrusting = line("client_secret: s, " + url);
        assertThatThrownBy(() -> ask(distrusting))
                .hasMessageStartingWith("Get \"http://127.0.0.1:")
                .hasMessageContaining("Post \"https://localhost:" + server.port() + "/token\": tls: ");
    }

    @Test
    void aTokenMayComeThroughAProxy() throws Exception {
        DisposableServer proxy = tokenServer(with -> with);
        HttpLine line = line("client_secret: s, proxy_url: 'http://127.0.0.1:" + proxy.port()
                + "', token_url: 'http://far.test/token'");
        assertThat(ask(line)).isEqualTo("Bearer t1");
        assertThat(asked).containsExactly("http://far.test/token grant_type=client_credentials Basic bWU6cw==");
    }

    @Test
    void aTokenThatCannotBeHadFailsTheCall() {
        DisposableServer server = tokenServer(with -> with);
        int port = server.port();
        server.disposeNow();
        HttpLine line = line("client_secret: s, token_url: 'http://127.0.0.1:" + port + "/token'");
        assertThatThrownBy(() -> ask(line))
                .isInstanceOf(HttpException.class)
                .hasMessageMatching("Get \"http://127.0.0.1:\\d+/metrics\": Post \"http://127.0.0.1:" + port
                        + "/token\": dial tcp 127.0.0.1:" + port + ": connect: connection refused");
    }

    @Test
    void aClientMaySignWhatItAsksBy() throws Exception {
        now = Instant.ofEpochSecond(1_700_000_000);
        KeyPair pair = rsaKey();
        Path file = Files.writeString(folder.resolve("key.pem"), pem(pair.getPrivate()));
        DisposableServer server = tokenServer(with -> with);
        String url = "http://127.0.0.1:" + server.port() + "/token";
        HttpLine line = line("grant_type: '" + OAuth2.JWT_BEARER + "', client_certificate_key_id: k1,"
                + " client_certificate_key_file: " + file + ", signature_algorithm: RS384, scopes: [a, b],"
                + " claims: {deep: {list: [1, x]}, aud: them}, token_url: '" + url + "'");
        assertThat(ask(line)).isEqualTo("Bearer t1");
        assertThat(ask(line)).isEqualTo("Bearer t1");
        assertThat(asked)
                .singleElement()
                .asString()
                .startsWith("/token assertion=")
                .doesNotContain(" Basic ");
        String[] form = asked.getFirst().substring("/token assertion=".length()).split("&");
        assertThat(form[1]).isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
        String[] parts = form[0].split("\\.");
        assertThat(decoded(parts[0])).isEqualTo("{\"alg\":\"RS384\",\"kid\":\"k1\",\"typ\":\"JWT\"}");
        assertThat(decoded(parts[1]).replaceFirst("\"jti\":\"[0-9a-f-]{36}\"", "\"jti\":\"?\""))
                .isEqualTo("{\"aud\":\"them\",\"deep\":{\"list\":[1,\"x\"]},\"exp\":1700000600,\"iat\":1700000000,"
                        + "\"iss\":\"me\",\"jti\":\"?\",\"scope\":\"a b\",\"sub\":\"me\"}");
        Signature check = Signature.getInstance("SHA384withRSA");
        check.initVerify(pair.getPublic());
        check.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(check.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
        Files.writeString(file, pem(rsaKey().getPrivate()));
        assertThat(ask(line)).isEqualTo("Bearer t2");
    }

    @Test
    void aKeyThatSignsNothingFailsTheCall() {
        DisposableServer server = tokenServer(with -> with);
        HttpLine line = line("grant_type: '" + OAuth2.JWT_BEARER + "', client_certificate_key: nonsense,"
                + " token_url: 'http://127.0.0.1:" + server.port() + "/token'");
        assertThatThrownBy(() -> ask(line))
                .isInstanceOf(HttpException.class)
                .hasMessageEndingWith("/metrics\": invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key");
        assertThat(asked).isEmpty();
    }

    private static KeyPair rsaKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String pem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    private static String decoded(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }
}
