package io.pharos.alertmanager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.alertmanager.group.ClockWakeups;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.model.alert.AlertMatcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three replicas over real sockets.
class JGroupsWireIT {
    private static final class Replica implements AutoCloseable {
        final Silences silences = new Silences(Silences.Limits.NONE, Duration.ofHours(1), () -> UUID.randomUUID()
                .toString());
        final NotificationLog log = new NotificationLog(Duration.ofHours(1));
        final ClockWakeups wakeups = new ClockWakeups(InstantSource.system());
        final Replication replication;

        Replica(String name, int port, List<Integer> peers) {
            this(name, port, peers, "");
        }

        Replica(String name, int port, List<Integer> peers, String tlsConfig) {
            var settings = new ClusterSettings(
                    true,
                    "127.0.0.1:" + port,
                    "",
                    peers.stream().map(peer -> "127.0.0.1:" + peer).toList(),
                    name,
                    "test-" + peers.getFirst(),
                    tlsConfig,
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(60),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    Duration.ofHours(6),
                    false);
            replication = settings.start()
                    .with(silences, log, _ -> {}, _ -> {}, InstantSource.system(), wakeups, new SimpleMeterRegistry());
        }

        @Override
        public void close() {
            replication.close();
            wakeups.close();
        }
    }

    @Test
    void replicasFindEachOtherShareWhatChangesAndTakeTheTurnOfOneThatLeft() throws Exception {
        List<Integer> ports = freePorts(3);
        try (var c = new Replica("c", ports.get(0), ports);
                var a = new Replica("a", ports.get(1), ports)) {
            Silence before = silence(c, "early");
            try (var b = new Replica("b", ports.get(2), ports)) {
                until(() -> b.replication.view().peers().size() == 3
                        && a.replication.view().peers().size() == 3);
                until(() -> b.silences.find(before.id()).isPresent());
                assertThat(a.replication.delay()).isEqualTo(Duration.ZERO);
                assertThat(b.replication.delay()).isEqualTo(Duration.ofSeconds(15));
                assertThat(c.replication.delay()).isEqualTo(Duration.ofSeconds(30));
                assertThat(b.replication.view().peers())
                        .extracting(ClusterView.Peer::name)
                        .containsExactly("a", "b", "c");
                assertThat(a.replication.view().peers().getFirst().address()).isEqualTo("127.0.0.1:" + ports.get(1));

                Silence late = silence(b, "late");
                until(() -> a.silences.find(late.id()).isPresent()
                        && c.silences.find(late.id()).isPresent());
                var key = new NotificationLog.Key("{}:{}", "team", "webhook", 0);
                a.log.add(key, Instant.now(), Set.of(1L), Set.of(), Map.of(), Duration.ofHours(4))
                        .ifPresent(a.replication::told);
                until(() -> c.log.find(key).isPresent());
                until(() -> b.replication.view().status().equals("ready"));
            }
            until(() -> c.replication.delay().equals(Duration.ofSeconds(15)));
        }
    }

    @Test
    void replicasSpeakTlsAndKeepOutWhoHasNoCertificateOfTheirs(@TempDir Path folder) throws Exception {
        Path ours = tls(folder.resolve("ours"));
        Path theirs = tls(folder.resolve("theirs"));
        List<Integer> ports = freePorts(3);
        try (var a = new Replica("a", ports.get(0), ports, ours.toString());
                var b = new Replica("b", ports.get(1), ports, ours.toString());
                var stranger = new Replica("c", ports.get(2), ports, theirs.toString())) {
            until(() -> a.replication.view().peers().size() == 2
                    && b.replication.view().peers().size() == 2);
            Silence silence = silence(a, "secret");
            until(() -> b.silences.find(silence.id()).isPresent());
            assertThat(stranger.replication.view().peers()).hasSize(1);
            assertThat(stranger.silences.find(silence.id())).isEmpty();
        }
    }

    /// A certificate of one's own, which is its own authority, and the file that names it.
    private static Path tls(Path folder) throws Exception {
        Files.createDirectories(folder);
        Path store = folder.resolve("store.p12");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-alias", "own", "-dname"));
        command.addAll(List.of("CN=replica", "-ext", "san=dns:replica", "-storetype", "PKCS12", "-storepass"));
        command.addAll(List.of("changeit", "-keystore", store.toString()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        var keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        Files.writeString(
                folder.resolve("cert.pem"),
                pem("CERTIFICATE", keys.getCertificate("own").getEncoded()));
        Files.writeString(
                folder.resolve("key.pem"),
                pem("PRIVATE KEY", keys.getKey("own", "changeit".toCharArray()).getEncoded()));
        return Files.writeString(folder.resolve("tls.yml"), """
                tls_server_config:
                  cert_file: cert.pem
                  key_file: key.pem
                  client_auth_type: RequireAndVerifyClientCert
                  client_ca_file: cert.pem
                tls_client_config: {ca_file: cert.pem, cert_file: cert.pem, key_file: key.pem, server_name: replica}
                """);
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + what
                + "-----\n";
    }

    private static Silence silence(Replica replica, String value) {
        Instant now = Instant.now();
        var wanted = new Silence(
                "",
                List.of(AlertMatcher.equal("alertname", value)),
                now,
                now.plusSeconds(600),
                now,
                "me",
                "",
                Map.of());
        var stored = (Silences.Result.Stored) replica.silences.set(wanted, now);
        replica.replication.changed(stored.changed());
        return stored.changed().getLast();
    }

    private static List<Integer> freePorts(int n) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < n; i++) {
            var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    private static void until(BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("the cluster is still not as expected").isBefore(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
