package io.pharos.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// `examples/ml-serving` as it is shipped, against a real ML service and a real node_exporter: one sample from
/// the target to a query, one alert from the rule to three receivers, and a killed process in between.
class EndToEndIT {
    private static final Path NODE_EXPORTER = Path.of("/usr/bin/prometheus-node-exporter");

    static boolean hasNodeExporter() {
        return Files.isExecutable(NODE_EXPORTER);
    }

    /// How the services run.
    enum Layout {
        ONE_PROCESS,
        SIX_PROCESSES
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIf("hasNodeExporter")
    void aModelThatDriftsIsToldToItsTeamAndNothingIsForgottenOnTheWay(Layout layout, @TempDir Path folder)
            throws Exception {
        int nodePort = PharosServer.freePort();
        try (var node = ChildProcess.start(
                        folder.resolve("node.log"),
                        List.of(NODE_EXPORTER.toString(), "--web.listen-address=127.0.0.1:" + nodePort));
                var model = MlService.start(folder);
                var receivers = new Receivers();
                var mail = new Mailbox();
                var pharos = start(layout, folder, configure(folder, model.port(), nodePort, receivers, mail))) {
            assertThat(node.isAlive()).isTrue();
            pharos.awaitReady();

            scrapedSeriesAnswer(pharos);
            aDriftIsToldByEveryReceiver(pharos, model, receivers, mail);
            earlierSamplesSurviveAKill(pharos);
            aSilenceStopsIt(pharos, model, receivers);
        }
    }

    private static PharosServer start(Layout layout, Path folder, Configuration files) throws IOException {
        return switch (layout) {
            case ONE_PROCESS -> PharosServer.oneProcess(folder, files.prometheus(), files.alertmanager());
            case SIX_PROCESSES -> PharosServer.sixProcesses(folder, files.prometheus(), files.alertmanager());
        };
    }

    private static void scrapedSeriesAnswer(PharosServer pharos) {
        pharos.await("both targets", () -> pharos.value("sum(up)"), up -> up == 2);
        int cores = Runtime.getRuntime().availableProcessors();
        pharos.await(
                "CPU seconds per second to add up to the cores",
                () -> pharos.value("sum(rate(node_cpu_seconds_total[20s]))"),
                sum -> sum > 0.5 * cores && sum < 1.5 * cores);
        pharos.await(
                "a plausible latency",
                () -> pharos.value(
                        "histogram_quantile(0.95, sum by (le) (rate(ml_prediction_latency_seconds_bucket[20s])))"),
                seconds -> seconds > 0 && seconds <= 2.5);
        pharos.await(
                "the recorded series",
                () -> pharos.value("model:ml_prediction_latency_seconds:p95{model_name=\"iris-classifier\"}"),
                seconds -> seconds > 0 && seconds <= 2.5);
    }

    private static void aDriftIsToldByEveryReceiver(
            PharosServer pharos, MlService model, Receivers receivers, Mailbox mail) throws IOException {
        model.drift(0.31);
        pharos.await("the alert to be pending", () -> state(pharos), "pending"::equals);
        pharos.await("the alert to fire", () -> state(pharos), "firing"::equals);
        pharos.await("the webhook", () -> statuses(receivers), all -> all.contains("firing"));
        pharos.await("Slack", () -> receivers.at("/slack"), posts -> !posts.isEmpty());
        pharos.await("the mail", mail::subjects, subjects -> !subjects.isEmpty());

        JsonNode told = receivers.at("/ml").getFirst();
        assertThat(told.path("receiver").asString()).isEqualTo("ml-team");
        assertThat(told.path("commonLabels").path("alertname").asString()).isEqualTo("DataDrift");
        assertThat(told.path("alerts")
                        .path(0)
                        .path("annotations")
                        .path("description")
                        .asString())
                .contains("310m");
        assertThat(receivers.at("/operators")).isEmpty();
        assertThat(receivers.at("/slack").getFirst().path("channel").asString()).isEqualTo("#ml-alerts");
        assertThat(mail.subjects().getFirst()).contains("FIRING:1").contains("DataDrift");
        assertThat(pharos.value("ALERTS{alertname=\"DataDrift\",alertstate=\"firing\"}"))
                .isEqualTo(1);

        model.drift(0.05);
        pharos.await("the alert to be resolved", () -> statuses(receivers), all -> all.contains("resolved"));
    }

    private static void earlierSamplesSurviveAKill(PharosServer pharos) throws InterruptedException {
        double at = Instant.now().toEpochMilli() / 1000.0;
        String count = "count_over_time(node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}[5m] @ " + at + ")";
        double before = pharos.value(count);
        assertThat(before).isGreaterThan(5);
        pharos.killAndRestart();
        pharos.awaitReady();
        assertThat(pharos.value(count)).isEqualTo(before);
    }

    private static void aSilenceStopsIt(PharosServer pharos, MlService model, Receivers receivers) throws IOException {
        int before = receivers.at("/ml").size();
        Instant now = Instant.now();
        var created = pharos.post("/api/v2/silences", "application/json", """
                {"matchers": [{"name": "alertname", "value": "DataDrift", "isRegex": false, "isEqual": true}],
                 "startsAt": "%s", "endsAt": "%s", "createdBy": "test", "comment": "retraining"}
                """.formatted(now, now.plusSeconds(600)));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(200);

        model.drift(0.3);
        pharos.await("the alert to fire again", () -> state(pharos), "firing"::equals);
        JsonNode silenced = pharos.await(
                "the alert to be suppressed",
                () -> pharos.json("/api/v2/alerts?filter=alertname%3D%22DataDrift%22"),
                alerts -> alerts.path(0).path("status").path("state").asString().equals("suppressed"));
        assertThat(silenced.path(0).path("status").path("silencedBy").size()).isEqualTo(1);
        assertThat(receivers.at("/ml")).hasSize(before);
    }

    /// The state of the drift alert by `/api/v1/alerts`, `""` where there is none.
    private static String state(PharosServer pharos) {
        for (JsonNode alert : pharos.json("/api/v1/alerts").path("data").path("alerts")) {
            if (alert.path("labels").path("alertname").asString().equals("DataDrift")) {
                return alert.path("state").asString();
            }
        }
        return "";
    }

    private static List<String> statuses(Receivers receivers) {
        return receivers.at("/ml").stream()
                .map(post -> post.path("status").asString())
                .toList();
    }

    private record Configuration(Path prometheus, Path alertmanager) {}

    /// The shipped example with this test's addresses, and a second where it waits longer.
    private static Configuration configure(Path folder, int modelPort, int nodePort, Receivers receivers, Mailbox mail)
            throws IOException {
        Path example = PharosServer.home().resolve("examples/ml-serving");
        Files.createDirectories(folder.resolve("rules"));
        Path prometheus = folder.resolve("prometheus.yml");
        Files.writeString(
                prometheus,
                Files.readString(example.resolve("prometheus.yml"))
                        .replace("localhost:8000", "127.0.0.1:" + modelPort)
                        .replace("localhost:9100", "127.0.0.1:" + nodePort)
                        .replace("interval: 5s", "interval: 1s"));
        Files.writeString(
                folder.resolve("rules/ml.yml"),
                Files.readString(example.resolve("rules/ml.yml")).replace("for: 10s", "for: 3s"));
        Path alertmanager = folder.resolve("alertmanager.yml");
        Files.writeString(
                alertmanager,
                Files.readString(example.resolve("alertmanager.yml"))
                        .replace("localhost:9911", "127.0.0.1:" + receivers.port())
                        .replace("localhost:2525", "127.0.0.1:" + mail.port())
                        .replace("group_interval: 10s", "group_interval: 3s"));
        return new Configuration(prometheus, alertmanager);
    }

    /// An SMTP server that keeps what it is given.
    private static final class Mailbox implements AutoCloseable {
        private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

        Mailbox() {
            server.start();
        }

        int port() {
            return server.getSmtp().getPort();
        }

        List<String> subjects() {
            return List.of(server.getReceivedMessages()).stream()
                    .map(message -> {
                        try {
                            return message.getSubject();
                        } catch (jakarta.mail.MessagingException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        }

        @Override
        public void close() {
            server.stop();
        }
    }
}
