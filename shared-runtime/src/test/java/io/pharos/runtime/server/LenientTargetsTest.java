package io.pharos.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

class LenientTargetsTest {
    @Test
    void whatOughtToBeEncodedIsEncoded() {
        assertThat(LenientTargets.encode("/a?q=up{job=\"x y\"}|é")).isEqualTo("/a?q=up%7Bjob=%22x%20y%22%7D%7C%E9");
        assertThat(LenientTargets.encode("/a?m[]=%41%zz&b=%")).isEqualTo("/a?m[]=%41;zz&b=;");
        assertThat(URI.create("http://h" + LenientTargets.encode("/a?q=\\^`<>#\u0001")))
                .isNotNull();
        assertThat(LenientTargets.encode("/plain?a=b+c%20d")).isEqualTo("/plain?a=b+c%20d");
    }

    @Test
    void theServerTakesSuchTargets() throws Exception {
        HttpHandler handler = RouterFunctions.toHttpHandler(
                RouterFunctions.route(RequestPredicates.all(), request -> ServerResponse.ok()
                        .bodyValue("<" + request.uri().getRawQuery() + ">")));
        var server = new WebServer(
                List.of(new InetSocketAddress("127.0.0.1", 0)),
                Duration.ofSeconds(10),
                new ReactorHttpHandlerAdapter(handler),
                s -> s);
        server.start();
        try (var socket = new Socket("127.0.0.1", server.ports().getFirst())) {
            socket.getOutputStream()
                    .write("GET /x?q={a=\"é\"} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200").contains("<q=%7Ba=%22%C3%A9%22%7D>");
        } finally {
            server.stop();
        }
    }
}
