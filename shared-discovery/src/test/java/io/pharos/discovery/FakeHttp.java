package io.pharos.discovery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/// An HTTP server on the loopback that a test tells what to answer.
public final class FakeHttp implements AutoCloseable {
    /// What was asked: `GET /path?query`, the headers by lower-case name, the body.
    public record Asked(String line, Map<String, String> headers, String body) {}

    /// What to answer.
    public record Reply(int status, String contentType, Map<String, String> headers, String body) {
        public static Reply json(String body) {
            return new Reply(200, "application/json", Map.of(), body);
        }
    }

    /// Decides; may wait.
    @FunctionalInterface
    public interface Script {
        Reply reply(Asked asked) throws InterruptedException;
    }

    public final LinkedBlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    public volatile Script script;
    private final HttpServer server;

    public FakeHttp(Script script) {
        this.script = script;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public String url() {
        return "http://" + address();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var headers = new java.util.HashMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        var one = new Asked(
                exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        asked.add(one);
        try {
            Reply reply = script.reply(one);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", reply.contentType());
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
