package io.pharos.query;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real Prometheus on a free loopback port.
final class ReferenceServer implements AutoCloseable {
    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Path log;
    private final String base;
    private final Process process;

    ReferenceServer(Path program, Path folder, String features) throws IOException, InterruptedException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        base = "http://127.0.0.1:" + port;
        log = folder.resolve("log");
        Path config = Files.writeString(folder.resolve("prometheus.yml"), "global: {}\n");
        process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--storage.tsdb.retention.time=100y",
                        "--web.listen-address=127.0.0.1:" + port,
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=" + features)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        waitUntilReady();
    }

    private void waitUntilReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(base + "/-/ready")));
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new IllegalStateException("prometheus is not ready: " + last + "\n" + Files.readString(log));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    void write(byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(base + "/api/v1/write"))
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
        if (answer.statusCode() != 204) {
            throw new IllegalStateException("remote write: " + answer.statusCode() + " " + answer.body());
        }
    }

    JsonNode instant(String expression, long atMs) throws IOException, InterruptedException {
        return ask("/api/v1/query", "&time=" + atMs / 1000.0, expression);
    }

    JsonNode range(String expression, long startMs, long endMs, long stepMs) throws IOException, InterruptedException {
        String of = "&start=" + startMs / 1000.0 + "&end=" + endMs / 1000.0 + "&step=" + stepMs / 1000.0;
        return ask("/api/v1/query_range", of, expression);
    }

    private JsonNode ask(String path, String more, String expression) throws IOException, InterruptedException {
        String query = "?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        return json.readTree(send(HttpRequest.newBuilder(URI.create(base + path + query + more)))
                .body());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
