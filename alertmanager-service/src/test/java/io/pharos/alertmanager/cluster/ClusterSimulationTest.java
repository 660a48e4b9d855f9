package io.pharos.alertmanager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.alertmanager.group.Dispatcher;
import io.pharos.alertmanager.group.Dispatching;
import io.pharos.alertmanager.group.Journal;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.alertmanager.mute.TimeIntervals;
import io.pharos.alertmanager.route.RouteTree;
import io.pharos.model.alert.Alert;
import io.pharos.model.alert.AlertMatcher;
import io.pharos.model.alert.AlertmanagerFeatures;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.Notifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Three replicas on one clock and a bad network, thousands of times over.
class ClusterSimulationTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int RUNS = Integer.getInteger("cluster.runs", 1000);

    private final class Run {
        final CooperativeClock clock = new CooperativeClock(START);
        final Random random;
        final SimulatedNetwork network;
        final Map<String, Replica> replicas = new LinkedHashMap<>();
        final List<String> told = new ArrayList<>();

        Run(long seed, double dropped) {
            random = new Random(seed);
            network = new SimulatedNetwork(clock, random, dropped, 2000);
            for (String name : NAMES) {
                replicas.put(name, new Replica(this, name));
            }
        }

        Run at(double seconds) {
            clock.advanceTo(START.plusMillis((long) (seconds * 1000)));
            return this;
        }

        void post(String name, Optional<Instant> ends) {
            // Prometheus sends to every replica, not to all at the same moment.
            for (Replica replica : replicas.values()) {
                clock.at(clock.instant().plusMillis(random.nextInt(500)), () -> replica.receive(name, ends));
            }
        }

        long told(String what) {
            return told.stream().filter(line -> line.equals(what)).count();
        }
    }

    private static final class Replica {
        final Run run;
        final Silences silences;
        final NotificationLog log = new NotificationLog(Duration.ofHours(120));
        final ClusterReplication replication;
        final Dispatcher dispatcher;

        Replica(Run run, String name) {
            this.run = run;
            Supplier<String> ids = () -> name + run.random.nextInt(1 << 30);
            silences = new Silences(Silences.Limits.NONE, Duration.ofHours(120), ids);
            var meters = new SimpleMeterRegistry();
            replication = new ClusterReplication(
                    new ClusterReplication.Timing(
                            Duration.ofSeconds(15),
                            Duration.ofMinutes(1),
                            Duration.ofMillis(200),
                            Duration.ofMinutes(1)),
                    name,
                    run.network.wire(name),
                    new ClusterReplication.State(silences, log, _ -> {}, _ -> {}),
                    run.clock,
                    run.clock,
                    meters);
            var journal = new Journal() {
                @Override
                public void alerts(List<Alert> alerts, List<Moved> moved, List<Event> events) {}

                @Override
                public void forgotten(List<Alert> alerts) {}

                @Override
                public void notified(NotificationLog.Entry entry) {
                    replication.told(entry);
                }

                @Override
                public void delivery(Delivery delivery) {}
            };
            dispatcher = new Dispatcher(
                    new Dispatcher.Options(0, Instant.EPOCH, "", AlertmanagerFeatures.NONE),
                    new Dispatcher.Surroundings(
                            run.clock,
                            run.clock,
                            run.clock,
                            silences,
                            log,
                            this::deliver,
                            replication,
                            journal,
                            (_, _, _) -> Labels.EMPTY,
                            meters));
            replication.start();
            dispatcher.load(new Dispatching(
                    RouteTree.of(new RouteTree.Settings(
                            Optional.of("team"),
                            Optional.of(List.of("alertname")),
                            Optional.of(Duration.ofSeconds(10)),
                            Optional.of(Duration.ofSeconds(60)),
                            Optional.of(Duration.ofHours(4)),
                            List.of(),
                            false,
                            List.of(),
                            List.of(),
                            Map.of(),
                            List.of())),
                    Map.of(
                            "team",
                            new Dispatching.Receiver(
                                    "team",
                                    Map.of("name", "team"),
                                    List.of(new Dispatching.Integration("webhook", 0, true)))),
                    List.of(),
                    new TimeIntervals(Map.of())));
        }

        Notifier.Outcome deliver(Notifier.Notification n) {
            for (Alert alert : n.alerts()) {
                run.told.add(alert.name() + (alert.isResolvedAt(n.now()) ? " resolved" : " firing"));
            }
            return new Notifier.Outcome.Delivered(n.receiverData());
        }

        void receive(String name, Optional<Instant> ends) {
            Instant now = run.clock.instant();
            dispatcher.receive(List.of(new Alert(
                    Labels.of("alertname", name),
                    Labels.EMPTY,
                    START,
                    ends.orElse(now.plus(Duration.ofHours(1))),
                    now,
                    "",
                    ends.isEmpty())));
        }

        void silence(String label, Instant until) {
            Instant now = run.clock.instant();
            var wanted =
                    new Silence("", List.of(AlertMatcher.equal("alertname", label)), now, until, now, "", "", Map.of());
            replication.changed(((Silences.Result.Stored) silences.set(wanted, now)).changed());
        }
    }

    @Test
    void aHealthyClusterTellsEverythingExactlyOnce() {
        for (int seed = 0; seed < RUNS; seed++) {
            var run = new Run(seed, 0);
            run.at(20).post("A", Optional.empty());
            run.at(20 + run.random.nextInt(100)).post("B", Optional.empty());
            // Often while a replica waits for its turn with what it saw before.
            run.at(290 + run.random.nextInt(70_000) / 1000.0).post("A", Optional.of(run.clock.instant()));
            run.at(600);
            assertThat(run.told("A firing")).as("seed " + seed).isEqualTo(1);
            assertThat(run.told("A resolved")).as("seed " + seed).isEqualTo(1);
            assertThat(run.told("B firing")).as("seed " + seed).isEqualTo(1);
        }
    }

    @Test
    void aBadNetworkTellsEverythingAtLeastOnceAndReplicasAgreeInTheEnd() {
        for (int seed = 0; seed < RUNS; seed++) {
            var run = new Run(seed, 0.2);
            var random = run.random;
            run.at(20).post("A", Optional.empty());
            run.at(20 + random.nextInt(60));
            run.network.split(
                    random.nextBoolean()
                            ? List.of(List.of("a"), List.of("b", "c"))
                            : List.of(List.of("a", "b"), List.of("c")));
            run.post("B", Optional.empty());
            run.replicas.get(NAMES.get(random.nextInt(3))).silence("C", START.plusSeconds(7200));
            run.at(150 + random.nextInt(60)).post("A", Optional.of(run.clock.instant()));
            run.replicas.get(NAMES.get(random.nextInt(3))).silence("D", START.plusSeconds(7200));
            run.at(300 + random.nextInt(60));
            run.network.split(List.of());
            run.at(1500).post("C", Optional.empty());
            run.post("E", Optional.empty());
            run.at(1700);
            assertThat(run.told("A firing")).as("seed " + seed).isBetween(1L, 3L);
            assertThat(run.told("A resolved")).as("seed " + seed).isBetween(1L, 3L);
            assertThat(run.told("B firing")).as("seed " + seed).isBetween(1L, 3L);
            assertThat(run.told("C firing")).as("seed " + seed).isZero();
            assertThat(run.told("E firing")).as("seed " + seed).isBetween(1L, 3L);
            List<Silence> first = sorted(run.replicas.get("a"));
            assertThat(first).hasSize(2);
            for (Replica replica : run.replicas.values()) {
                assertThat(sorted(replica)).as("seed " + seed).isEqualTo(first);
            }
        }
    }

    private static List<Silence> sorted(Replica replica) {
        return replica.silences.all().stream()
                .sorted(java.util.Comparator.comparing(Silence::id))
                .toList();
    }

    @Test
    void notificationsWaitUntilTheClusterHasSettled() {
        var settling = new Settling(START.plusSeconds(60));
        int[] members = {1, 2, 3, 3, 3, 3};
        for (int i = 0; i < members.length; i++) {
            assertThat(settling.poll(members[i], START.plusSeconds(2 * i)))
                    .as("poll " + i)
                    .isFalse();
        }
        assertThat(settling.poll(3, START.plusSeconds(12))).isTrue();
        assertThat(new Settling(START.plusSeconds(60)).poll(1, START.plusSeconds(60)))
                .isTrue();
    }
}
