package io.pharos.rule.send;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Takes alerts and shows them as they came.
final class FakeAlertmanager implements AutoCloseable {
    record Received(String path, String contentType, String authorization, String body) {}

    volatile int status = 200;
    private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final HttpServer server;

    FakeAlertmanager() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
        received.add(new Received(
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                body));
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    Received next() throws InterruptedException {
        Received next = received.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no alerts came within 10 s");
        }
        return next;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
