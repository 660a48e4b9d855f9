package io.pharos.standalone;

import io.pharos.runtime.flags.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;

/// The training run of the AOT cache: starts Pharos on an empty folder, lets it scrape itself, asks what
/// dashboards ask, seals, starts again on what was written, and ends. Run by `./pharos` when it builds; its
/// data are thrown away.
public final class Training {
    private static final Duration SCRAPING = Duration.ofSeconds(6);
    private static final int PODS = 120;
    private static final int STEPS = 160;
    private static final List<String> EXPRESSIONS = List.of(
            "up",
            "sum by (job) (rate(prometheus_http_requests_total[1m]))",
            "topk(3, {__name__=~\".+\"})",
            "avg_over_time(up[1m]) * on (instance) group_left scrape_duration_seconds > bool 0",
            "histogram_quantile(0.9, sum by (le) (rate(prometheus_http_request_duration_seconds_bucket[1m])))",
            "max_over_time(sum(up)[30s:5s])",
            "label_replace(up, \"a\", \"$1\", \"job\", \"(.*)\") or vector(1)");

    private final int port;
    private final TrainingPeer peer;

    private Training(int port) {
        this.port = port;
        this.peer = new TrainingPeer(port);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.setProperty("pharos.home", arguments[0]);
        Path folder = Files.createTempDirectory("pharos-training");
        try {
            int port;
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            new Training(port).run(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
        System.exit(0);
    }

    private void run(Path folder) throws IOException, InterruptedException {
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, """
                global: {scrape_interval: 500ms, evaluation_interval: 1s}
                rule_files: [rules.yml]
                scrape_configs:
                  - job_name: pharos
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(port));
        Files.writeString(folder.resolve("rules.yml"), """
                groups:
                  - name: training
                    rules:
                      - {record: "job:up:sum", expr: "sum by (job) (up)"}
                      - {alert: Up, expr: "up == 1", labels: {severity: none}, annotations: {summary: "{{ $labels.job }} {{ $value }}"}}
                """);
        List<String> flags = List.of(
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.enable-admin-api",
                "--web.enable-remote-write-receiver",
                "--web.enable-lifecycle");
        try (ConfigurableApplicationContext _ = Pharos.start(Program.STANDALONE, flags)) {
            long end = System.nanoTime() + SCRAPING.toNanos();
            while (System.nanoTime() < end) {
                ask();
            }
            write();
            peer.post("/api/pharos/v1/flush");
            peer.post("/-/reload");
            ask();
        }
        try (ConfigurableApplicationContext _ = Pharos.start(Program.STANDALONE, flags)) {
            ask();
        }
        alertmanager(folder);
    }

    /// Sends what fills and seals chunks, by remote write.
    private void write() throws IOException {
        var writes = new TrainingWrites(PODS, STEPS, System.currentTimeMillis());
        for (int i = 0; i < 2 * STEPS; i++) {
            peer.send(
                    "POST",
                    "/api/v1/write",
                    "Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n",
                    writes.body(i % 2 == 0));
        }
    }

    /// Starts an alertmanager by itself, which tells a receiver of an alert.
    private void alertmanager(Path folder) throws IOException, InterruptedException {
        try (ServerSocket receiver = TrainingPeer.receiver()) {
            alertmanager(folder, receiver.getLocalPort());
        }
    }

    private void alertmanager(Path folder, int receiver) throws IOException, InterruptedException {
        Path configuration = folder.resolve("alertmanager.yml");
        Files.writeString(configuration, """
                route: {receiver: team, group_by: [alertname], group_wait: 100ms, group_interval: 300ms, routes: [{matchers: [a=b, 'c=~"d.*"']}]}
                receivers: [{name: team, webhook_configs: [{url: 'http://127.0.0.1:%1$d/'}], slack_configs: [{api_url: 'http://127.0.0.1:%1$d/', channel: x}]}]
                """.formatted(receiver));
        List<String> flags = List.of(
                "--config.file=" + configuration,
                "--storage.path=" + folder.resolve("alertmanager"),
                "--web.listen-address=127.0.0.1:" + port);
        for (int i = 0; i < 2; i++) {
            try (ConfigurableApplicationContext _ = Pharos.start(Program.ALERTMANAGER, flags)) {
                peer.postJson(
                        "/api/v2/alerts", "[{\"labels\":{\"alertname\":\"A\"},\"annotations\":{\"summary\":\"s\"}}]");
                peer.postJson(
                        "/api/v2/silences",
                        "{\"matchers\":[{\"name\":\"a\",\"value\":\"b\",\"isRegex\":false}],\"startsAt\":\"2026-01-01T00:00:00Z\","
                                + "\"endsAt\":\"2099-01-01T00:00:00Z\",\"createdBy\":\"me\",\"comment\":\"c\"}");
                Thread.sleep(800);
                for (String path : List.of("alerts", "alerts/groups", "silences", "receivers", "status")) {
                    peer.get("/api/v2/" + path);
                }
                peer.get("/metrics");
                peer.post("/-/reload");
            }
        }
    }

    private void ask() throws IOException {
        long now = System.currentTimeMillis() / 1000;
        for (String expression : EXPRESSIONS) {
            String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
            peer.get("/api/v1/query?query=" + query);
            peer.get("/api/v1/query_range?query=" + query + "&start=" + (now - 60) + "&end=" + now + "&step=5");
        }
        for (String path : List.of(
                "/",
                "/-/ready",
                "/metrics",
                "/api/v1/labels",
                "/api/v1/label/job/values",
                "/api/v1/series?match[]=up",
                "/api/v1/targets",
                "/api/v1/rules",
                "/api/v1/alerts",
                "/api/v1/status/tsdb",
                "/api/v1/status/config",
                "/api/v2/alerts",
                "/api/v2/status")) {
            peer.get(path.replace("[]", "%5B%5D"));
        }
    }
}
