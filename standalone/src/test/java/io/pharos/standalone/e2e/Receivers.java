package io.pharos.standalone.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An HTTP server that takes every POST and keeps it: webhook receivers and Slack.
final class Receivers implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// One POST.
    record Received(String path, JsonNode body) {}

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();

    Receivers() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(new Received(
                    exchange.getRequestURI().getPath(), JSON.readTree(new String(body, StandardCharsets.UTF_8))));
            byte[] ok = "ok".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, ok.length);
            exchange.getResponseBody().write(ok);
            exchange.close();
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<JsonNode> at(String path) {
        return received.stream()
                .filter(r -> r.path().equals(path))
                .map(Received::body)
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
