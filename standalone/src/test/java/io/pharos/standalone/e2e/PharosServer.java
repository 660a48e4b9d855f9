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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Pharos as processes of its own, started on free ports from the class path of the test, and asked over HTTP:
/// all in one process, or the six services side by side with the same configuration files, found by Spring
/// Cloud's simple discovery.
final class PharosServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String PEER = "SPRING_CLOUD_DISCOVERY_CLIENT_SIMPLE_INSTANCES_%s_0_URI";

    /// One process with a name, and how to start it again.
    private static final class Member {
        private final Path log;
        private final List<String> arguments;
        private final Map<String, String> variables;
        private final int port;
        private ChildProcess process;

        Member(Path log, List<String> arguments, Map<String, String> variables, int port) {
            this.log = log;
            this.arguments = List.copyOf(arguments);
            this.variables = Map.copyOf(variables);
            this.port = port;
            this.process = launch(log, this.arguments, this.variables);
        }

        void restart() {
            process = launch(log, arguments, variables);
        }
    }

    /// The first serves the API, the keeper has the samples.
    private final Map<String, Member> members;
    private final Member front;
    private final Member keeper;

    private PharosServer(Map<String, Member> members, Member front, Member keeper) {
        this.members = members;
        this.front = front;
        this.keeper = keeper;
    }

    /// Starts everything in one process and returns at once.
    static PharosServer oneProcess(Path folder, Path prometheus, Path alertmanager, String... flags)
            throws IOException {
        int port = freePort();
        var arguments = new ArrayList<>(List.of(flags));
        arguments.add("--config.file=" + prometheus);
        arguments.add("--alertmanager.config.file=" + alertmanager);
        arguments.add("--web.listen-address=127.0.0.1:" + port);
        arguments.add("--storage.tsdb.path=" + folder.resolve("data"));
        var member = new Member(folder.resolve("pharos.log"), arguments, Map.of(), port);
        return new PharosServer(Map.of("pharos", member), member, member);
    }

    /// Starts the six services and returns at once.
    static PharosServer sixProcesses(Path folder, Path prometheus, Path alertmanager) throws IOException {
        List<String> services = List.of("query", "storage", "scraper", "rule", "alertmanager", "notifier");
        var ports = new LinkedHashMap<String, Integer>();
        var variables = new LinkedHashMap<String, String>();
        for (String service : services) {
            ports.put(service, freePort());
            variables.put(PEER.formatted(service.toUpperCase(Locale.ROOT)), "http://127.0.0.1:" + ports.get(service));
        }
        var members = new LinkedHashMap<String, Member>();
        for (String service : services) {
            boolean alerting = service.equals("alertmanager") || service.equals("notifier");
            var arguments = new ArrayList<String>(List.of(
                    service,
                    "--web.listen-address=127.0.0.1:" + ports.get(service),
                    "--config.file=" + (alerting ? alertmanager : prometheus)));
            if (service.equals("storage")) {
                arguments.add("--storage.tsdb.path=" + folder.resolve("data"));
            }
            if (service.equals("alertmanager")) {
                arguments.add("--storage.path=" + folder.resolve("alertmanager"));
            }
            members.put(
                    service, new Member(folder.resolve(service + ".log"), arguments, variables, ports.get(service)));
        }
        return new PharosServer(members, members.get("query"), members.get("storage"));
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static ChildProcess launch(Path log, List<String> arguments, Map<String, String> variables) {
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
        return ChildProcess.start(log, command, variables);
    }

    /// The root of the checkout.
    static Path home() {
        Path here = Path.of("").toAbsolutePath();
        return here.resolve("pharos").toFile().isFile() ? here : here.getParent();
    }

    String url(String path) {
        return url(front, path);
    }

    private static String url(Member member, String path) {
        return "http://127.0.0.1:" + member.port + path;
    }

    /// SIGKILL for the process that keeps the samples, and a new one on the same data.
    void killAndRestart() throws InterruptedException {
        keeper.process.kill();
        keeper.restart();
    }

    void awaitReady() {
        for (Map.Entry<String, Member> member : members.entrySet()) {
            await(member.getKey() + " to be ready", () -> status(member.getValue()), status -> status == 200);
        }
    }

    private static int status(Member member) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(member, "/-/ready")))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String logs() {
        var all = new StringBuilder();
        members.forEach(
                (name, member) -> all.append("--- ").append(name).append('\n').append(member.process.log()));
        return all.toString();
    }

    private boolean isAlive() {
        return members.values().stream().allMatch(member -> member.process.isAlive());
    }

    /// Asks again until the answer pleases, at most a minute.
    <T> T await(String what, Supplier<T> ask, Predicate<T> pleases) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = ask.get();
        while (!pleases.test(last)) {
            if (System.nanoTime() > deadline || !isAlive()) {
                throw new AssertionError(
                        "waited in vain for " + what + "; the last answer was " + last + "\n" + logs());
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
            throw new AssertionError(request.uri() + " failed: " + e + "\n" + logs(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        members.values().forEach(member -> member.process.close());
    }
}
