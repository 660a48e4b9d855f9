package io.pharos.standalone.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Pharos as a process of its own, started on a free port from the class path of the test, and asked over HTTP.
final class PharosServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private final List<String> flags;
    private ChildProcess process;

    /// Starts it and returns at once.
    ///
    /// @param flags without listen address and data folder, which is `folder/data`
    PharosServer(Path folder, List<String> flags) throws IOException {
        this.folder = folder;
        this.port = freePort();
        this.flags = List.copyOf(flags);
        this.process = launch();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static ChildProcess launch(Path log, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dpharos.home=" + home(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.pharos.standalone.Pharos"));
        command.addAll(arguments);
        return ChildProcess.start(log, command);
    }

    /// The root of the checkout.
    static Path home() {
        Path here = Path.of("").toAbsolutePath();
        return here.resolve("pharos").toFile().isFile() ? here : here.getParent();
    }

    private ChildProcess launch() {
        var arguments = new ArrayList<>(flags);
        arguments.add("--web.listen-address=127.0.0.1:" + port);
        arguments.add("--storage.tsdb.path=" + folder.resolve("data"));
        return launch(folder.resolve("pharos.log"), arguments);
    }

    ChildProcess process() {
        return process;
    }

    int port() {
        return port;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /// Starts it again on the same data; the old process must have ended.
    void restart() {
        process = launch();
    }

    void awaitReady() {
        await(
                "ready",
                () -> {
                    try {
                        return HTTP.send(request("/-/ready").build(), HttpResponse.BodyHandlers.ofString())
                                .statusCode();
                    } catch (IOException e) {
                        return 0;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                status -> status == 200);
    }

    /// Asks again until the answer pleases, at most a minute.
    <T> T await(String what, Supplier<T> ask, Predicate<T> pleases) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = ask.get();
        while (!pleases.test(last)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new AssertionError(
                        "waited in vain for " + what + "; the last answer was " + last + "\n" + process.log());
            }
            pause();
            last = ask.get();
        }
        return last;
    }

    /// Whole-process tests poll.
    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }

    HttpResponse<String> get(String path) {
        return send(request(path).build());
    }

    HttpResponse<String> post(String path, String contentType, String body) {
        return send(request(path)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    JsonNode json(String path) {
        HttpResponse<String> response = get(path);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /// The result array of an instant query.
    JsonNode query(String expression) {
        return json("/api/v1/query?query=" + encode(expression)).path("data").path("result");
    }

    /// The value of the first element, NaN where there is none.
    double value(String expression) {
        JsonNode result = query(expression);
        return result.isEmpty()
                ? Double.NaN
                : Double.parseDouble(result.path(0).path("value").path(1).asString());
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(request.uri() + " failed: " + e + "\n" + process.log(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
