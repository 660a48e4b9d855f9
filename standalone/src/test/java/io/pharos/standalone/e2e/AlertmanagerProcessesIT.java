package io.pharos.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `pharos alertmanager` as processes: one that is killed, three in a cluster.
class AlertmanagerProcessesIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    /// One process, restarted on the same port and data.
    private static final class Member implements AutoCloseable {
        final Path folder;
        final int port;
        final List<String> flags;
        ChildProcess process;

        Member(Path folder, List<String> flags) throws IOException {
            this.folder = Files.createDirectories(folder);
            this.port = PharosServer.freePort();
            this.flags = flags;
            this.process = launch();
        }

        private ChildProcess launch() {
            var arguments = new ArrayList<>(List.of(
                    "alertmanager",
                    "--config.file=" + folder.getParent().resolve("alertmanager.yml"),
                    "--storage.path=" + folder.resolve("data"),
                    "--web.listen-address=127.0.0.1:" + port));
            arguments.addAll(flags);
            return PharosServer.launch(folder.resolve("log"), arguments, Map.of());
        }

        void restart() {
            process = launch();
        }

        private HttpResponse<String> send(HttpRequest.Builder request) {
            try {
                return HTTP.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new AssertionError(e + "\n" + process.log(), e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        }

        JsonNode get(String path) {
            return JSON.readTree(send(request(path)).body());
        }

        void post(String path, String body) {
            HttpResponse<String> answer = send(request(path)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }

        void awaitReady() {
            until("ready", process, () -> {
                try {
                    return HTTP.send(request("/-/ready").build(), HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
                } catch (IOException e) {
                    return false;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        boolean isSettledWith(int members) {
            JsonNode cluster = get("/api/v2/status").path("cluster");
            return cluster.path("status").asString().equals("ready")
                    && cluster.path("peers").size() == members;
        }

        /// How many notifications were delivered and noted.
        int told() {
            return get("/api/pharos/v1/notifications").size();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    @Test
    void aKilledProcessTellsNothingTwiceAndWhatResolvedMeanwhile() throws Exception {
        try (var receivers = new Receivers();
                var member = member("only", receivers, List.of())) {
            member.awaitReady();
            Instant soon = Instant.now().plusSeconds(4);
            member.post(
                    "/api/v2/alerts",
                    "[{\"labels\":{\"alertname\":\"Stays\"}},{\"labels\":{\"alertname\":\"Ends\"}," + "\"endsAt\":\""
                            + soon + "\"}]");
            member.post("/api/v2/silences", silence("Muted"));
            // Received is not enough: what was not noted yet when the process dies is told again, rather than never.
            until("two notifications", member.process, () -> member.told() == 2);
            member.process.kill();
            until("the end of the alert", member.process, () -> Instant.now().isAfter(soon));
            member.restart();
            member.awaitReady();
            until("the resolution", member.process, () -> receivers.at("/hook").size() >= 3);
            assertThat(receivers.at("/hook"))
                    .extracting(
                            body -> body.path("groupLabels").path("alertname").asString() + " "
                                    + body.path("status").asString())
                    .containsExactlyInAnyOrder("Stays firing", "Ends firing", "Ends resolved");
            assertThat(member.get("/api/v2/alerts")).hasSize(1);
            assertThat(member.get("/api/v2/silences")).hasSize(1);
            assertThat(member.get("/api/pharos/v1/notifications")).hasSize(3);
        }
    }

    @Test
    void threeReplicasTellOnceShareSilencesAndOutliveTheFirst() throws Exception {
        List<Integer> ports = List.of(PharosServer.freePort(), PharosServer.freePort(), PharosServer.freePort());
        try (var receivers = new Receivers();
                var a = member("a", receivers, cluster("a", ports.get(0), ports));
                var b = member("b", receivers, cluster("b", ports.get(1), ports));
                var c = member("c", receivers, cluster("c", ports.get(2), ports))) {
            List<Member> all = List.of(a, b, c);
            all.forEach(Member::awaitReady);
            until("a cluster of three", a.process, () -> all.stream().allMatch(member -> member.isSettledWith(3)));
            c.post("/api/v2/silences", silence("Muted"));
            until("the silence everywhere", a.process, () -> all.stream()
                    .allMatch(member -> member.get("/api/v2/silences").size() == 1));
            all.forEach(member -> member.post(
                    "/api/v2/alerts", "[{\"labels\":{\"alertname\":\"One\"}},{\"labels\":{\"alertname\":\"Muted\"}}]"));
            until("a notification", a.process, () -> a.told() == 1);
            a.process.kill();
            b.post("/api/v2/alerts", "[{\"labels\":{\"alertname\":\"Two\"}}]");
            c.post("/api/v2/alerts", "[{\"labels\":{\"alertname\":\"Two\"}}]");
            // While a death is being found out, told twice is better than never.
            until("what was posted at the death", b.process, () -> told(receivers)
                    .contains("Two"));
            until("a cluster of two", b.process, () -> b.isSettledWith(2) && c.isSettledWith(2));
            b.post("/api/v2/alerts", "[{\"labels\":{\"alertname\":\"Three\"}}]");
            c.post("/api/v2/alerts", "[{\"labels\":{\"alertname\":\"Three\"}}]");
            until("the next one's notification", b.process, () -> told(receivers)
                    .contains("Three"));
            // As long as the last one waits for its turn, and a bit.
            Instant later = Instant.now().plusSeconds(6);
            until("everyone's turn", b.process, () -> Instant.now().isAfter(later));
            assertThat(told(receivers)).containsOnlyOnce("One", "Three").doesNotContain("Muted");
        }
    }

    @Test
    void aReplicaThatStoodStillCatchesUpAndTellsNothingNewTwice() throws Exception {
        List<Integer> ports = List.of(PharosServer.freePort(), PharosServer.freePort(), PharosServer.freePort());
        try (var receivers = new Receivers();
                var a = member("a", receivers, cluster("a", ports.get(0), ports));
                var b = member("b", receivers, cluster("b", ports.get(1), ports));
                var c = member("c", receivers, cluster("c", ports.get(2), ports))) {
            List<Member> all = List.of(a, b, c);
            all.forEach(Member::awaitReady);
            until("a cluster of three", a.process, () -> all.stream().allMatch(member -> member.isSettledWith(3)));
            // The first in turn has the alert and stands still before it tells.
            all.forEach(member -> member.post("/api/v2/alerts", "[{\"labels\":{\"alertname\":\"One\"}}]"));
            a.process.signal("STOP");
            until("the second's turn", b.process, () -> told(receivers).contains("One"));
            until("a cluster of two", b.process, () -> b.isSettledWith(2) && c.isSettledWith(2));
            b.post("/api/v2/silences", silence("Muted"));
            a.process.signal("CONT");
            until("a cluster of three again", b.process, () -> all.stream()
                    .allMatch(member -> member.isSettledWith(3)));
            until(
                    "the silence it slept through",
                    a.process,
                    () -> a.get("/api/v2/silences").size() == 1);
            all.forEach(member -> member.post(
                    "/api/v2/alerts", "[{\"labels\":{\"alertname\":\"Two\"}},{\"labels\":{\"alertname\":\"Muted\"}}]"));
            until("a notification", a.process, () -> told(receivers).contains("Two"));
            Instant later = Instant.now().plusSeconds(6);
            until("everyone's turn", b.process, () -> Instant.now().isAfter(later));
            assertThat(told(receivers)).containsOnlyOnce("Two").doesNotContain("Muted");
            // It could not know, when it woke up, that another had told its alert.
            assertThat(told(receivers).stream().filter("One"::equals)).hasSizeBetween(1, 2);
        }
    }

    private static List<String> told(Receivers receivers) {
        return receivers.at("/hook").stream()
                .map(body -> body.path("groupLabels").path("alertname").asString())
                .toList();
    }

    private Member member(String name, Receivers receivers, List<String> flags) throws IOException {
        Files.writeString(folder.resolve("alertmanager.yml"), """
                route: {receiver: team, group_by: [alertname], group_wait: 1s, group_interval: 2s}
                receivers: [{name: team, webhook_configs: [{url: 'http://127.0.0.1:%d/hook'}]}]
                """.formatted(receivers.port()));
        return new Member(folder.resolve(name), flags);
    }

    private static List<String> cluster(String name, int port, List<Integer> peers) {
        var flags = new ArrayList<>(List.of(
                "--cluster.listen-address=127.0.0.1:" + port,
                "--cluster.peer-name=" + name,
                "--cluster.peer-timeout=2s",
                "--cluster.gossip-interval=20ms"));
        peers.forEach(peer -> flags.add("--cluster.peer=127.0.0.1:" + peer));
        return flags;
    }

    private static String silence(String alertname) {
        return "{\"matchers\":[{\"name\":\"alertname\",\"value\":\"" + alertname
                + "\",\"isRegex\":false}],\"startsAt\":\""
                + Instant.now() + "\",\"endsAt\":\"" + Instant.now().plusSeconds(600)
                + "\",\"createdBy\":\"me\",\"comment\":\"why\"}";
    }

    /// Whole-process tests poll.
    private static void until(String what, ChildProcess process, BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(90);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("waited in vain for " + what + "\n" + process.log());
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }
}
