package io.pharos.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What users and targets get wrong: each is told, and nothing else suffers.
class BadInputIT {
    private static final String GOOD_ALERTS = "route: {receiver: a}\nreceivers: [{name: a}]\n";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            global: {scrape_intervall: 5s} | | prometheus.yml:1:10 | scrape_intervall
            global: {scrape_interval: 5 parsecs} | | prometheus.yml:1: | parsecs
            rule_files: [bad.rules] | | bad.rules: 5:15 | unclosed left parenthesis
            global: {} | route: {receiver: b}, receivers: [{name: a}] | alertmanager.yml | undefined receiver
            """)
    void aConfigurationThatIsWrongStopsTheStartAndSaysWhere(
            String prometheus, String alertmanager, String where, String what, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("prometheus.yml"), prometheus + "\n");
        Files.writeString(
                folder.resolve("alertmanager.yml"),
                alertmanager == null ? GOOD_ALERTS : alertmanager.replace(", r", "\nr"));
        Files.writeString(folder.resolve("bad.rules"), """
                groups:
                  - name: g
                    rules:
                      - record: a
                        expr: sum(up
                """);
        try (var pharos = PharosServer.launch(
                folder.resolve("log"),
                List.of(
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--alertmanager.config.file=" + folder.resolve("alertmanager.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:0"),
                Map.of())) {
            assertThat(pharos.waitForExit()).isNotZero();
            assertThat(pharos.log()).contains(where).contains(what);
        }
    }

    @Test
    void anUnknownFlagIsTold(@TempDir Path folder) throws Exception {
        try (var pharos = PharosServer.launch(folder.resolve("log"), List.of("--storage.tsdb.pth=x"), Map.of())) {
            assertThat(pharos.waitForExit()).isNotZero();
            assertThat(pharos.log()).contains("unknown long flag '--storage.tsdb.pth'");
        }
    }

    @Test
    void aDataFolderThatCannotBeOneIsTold(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "not a folder");
        try (var pharos = PharosServer.launch(
                folder.resolve("log"),
                List.of("--storage.tsdb.path=" + file, "--web.listen-address=127.0.0.1:0"),
                Map.of())) {
            assertThat(pharos.waitForExit()).isNotZero();
            assertThat(pharos.log()).contains(file.toString());
        }
        assertThat(Files.readString(file)).isEqualTo("not a folder");
    }

    @Test
    void badTargetsQueriesReloadsAndASecondProcessDoNoHarm(@TempDir Path folder) throws Exception {
        var never = new CountDownLatch(1);
        HttpServer targets = targets(never);
        int port = targets.getAddress().getPort();
        Path prometheus = folder.resolve("prometheus.yml");
        String good = """
                global: {scrape_interval: 1s, scrape_timeout: 500ms}
                scrape_configs:
                """;
        for (String path : List.of("good", "error", "garbage", "hang", "endless")) {
            good += """
                      - job_name: %s
                        metrics_path: /%s
                        body_size_limit: 1MB
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                    """.formatted(path, path, port);
        }
        Files.writeString(prometheus, good);
        Path alertmanager = Files.writeString(folder.resolve("alertmanager.yml"), GOOD_ALERTS);
        try (var pharos = PharosServer.oneProcess(folder, prometheus, alertmanager, "--web.enable-lifecycle")) {
            pharos.awaitReady();
            targetsFailAlone(pharos);
            aBrokenQueryIsAnsweredWithItsPosition(pharos);
            aBadReloadKeepsTheOldConfiguration(pharos, prometheus, good);
            aSecondProcessOnTheFolderRefuses(folder, prometheus, alertmanager);
            assertThat(pharos.value("up{job=\"good\"}")).isEqualTo(1);
        } finally {
            never.countDown();
            targets.stop(0);
        }
    }

    private static void targetsFailAlone(PharosServer pharos) {
        pharos.await("every target to be scraped", () -> pharos.value("count(up)"), count -> count == 5);
        pharos.await("the good target", () -> pharos.value("good_total"), value -> value == 7);
        assertThat(pharos.value("up{job=\"good\"}")).isEqualTo(1);
        for (String job : List.of("error", "garbage", "hang", "endless")) {
            assertThat(pharos.value("up{job=\"" + job + "\"}")).as(job).isZero();
        }
        assertThat(lastError(pharos, "error")).isEqualTo("server returned HTTP status 500 Internal Server Error");
        assertThat(lastError(pharos, "garbage")).isNotEmpty();
        assertThat(lastError(pharos, "hang")).contains("context deadline exceeded");
        assertThat(lastError(pharos, "endless")).isEqualTo("body size limit exceeded");
    }

    private static String lastError(PharosServer pharos, String job) {
        for (JsonNode target : pharos.json("/api/v1/targets").path("data").path("activeTargets")) {
            if (target.path("scrapePool").asString().equals(job)) {
                return target.path("lastError").asString();
            }
        }
        return "no such target";
    }

    private static void aBrokenQueryIsAnsweredWithItsPosition(PharosServer pharos) {
        var answer = pharos.get("/api/v1/query?query=" + PharosServer.encode("sum(up"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"errorType\":\"bad_data\"")
                .contains("1:7: parse error: unclosed left parenthesis");
    }

    private static void aBadReloadKeepsTheOldConfiguration(PharosServer pharos, Path file, String good)
            throws IOException {
        Files.writeString(file, good.replace("scrape_timeout", "scrape_timeot"));
        var answer = pharos.post("/-/reload", "text/plain", "");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("scrape_timeot").contains("prometheus.yml:1:");
        assertThat(pharos.json("/api/v1/status/config")
                        .path("data")
                        .path("yaml")
                        .asString())
                .contains("job_name: good");
        Files.writeString(file, good);
        assertThat(pharos.post("/-/reload", "text/plain", "").statusCode()).isEqualTo(200);
    }

    private static void aSecondProcessOnTheFolderRefuses(Path folder, Path prometheus, Path alertmanager)
            throws InterruptedException {
        try (var second = PharosServer.launch(
                folder.resolve("second.log"),
                List.of(
                        "--config.file=" + prometheus,
                        "--alertmanager.config.file=" + alertmanager,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:0"),
                Map.of())) {
            assertThat(second.waitForExit()).isNotZero();
            assertThat(second.log()).contains(folder.resolve("data").toString()).contains("in use by another process");
        }
    }

    /// A good target and four bad ones, by path.
    private static HttpServer targets(CountDownLatch never) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/good", exchange -> answer(exchange, 200, "# TYPE good_total counter\ngood_total 7\n"));
        server.createContext("/error", exchange -> answer(exchange, 500, "no"));
        server.createContext("/garbage", exchange -> answer(exchange, 200, "good_total 7\n\u0001\u0002{{{ <html>\n"));
        server.createContext("/hang", exchange -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.createContext("/endless", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            byte[] line = "endless{a=\"b\"} 1\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
            try (OutputStream out = exchange.getResponseBody()) {
                while (never.getCount() > 0) {
                    out.write(line);
                }
            }
        });
        server.start();
        return server;
    }

    private static void answer(com.sun.net.httpserver.HttpExchange exchange, int status, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
