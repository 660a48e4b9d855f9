package io.pharos.alertmanager.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.group.Wakeups;
import io.pharos.alertmanager.log.NotificationLog;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.model.labels.Labels;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A replica of a cluster: tells the others what changes, merges what they tell by the last writer, and exchanges
/// the whole state with members that join and, now and then, with one of those there. Thread-safe.
///
/// The place among the members, sorted by name, says how long to wait before notifying: the first does so at once,
/// the others after `position × peer timeout`, when they look into the log again. A cluster that fell apart
/// notifies on both sides: twice rather than never.
final class ClusterReplication implements Replication, Wire.Inbox {
    /// The flags' durations.
    record Timing(Duration peerTimeout, Duration settleTimeout, Duration gossipInterval, Duration pushPullInterval) {}

    /// What is kept alike.
    ///
    /// @param keepSilences writes down silences that came from a replica
    record State(
            Silences silences,
            NotificationLog log,
            Consumer<Collection<Silence>> keepSilences,
            Consumer<NotificationLog.Entry> keepEntry) {}

    private static final Logger LOG = LoggerFactory.getLogger(ClusterReplication.class);
    private static final int POLL_GOSSIPS = 10;
    private static final Duration READY_POLL = Duration.ofMillis(100);

    private final Timing timing;
    private final String name;
    private final Wire wire;
    private final State state;
    private final InstantSource time;
    private final Wakeups wakeups;
    private final Settling settling;
    private final Counter joined;
    private final Counter left;
    private final Traffic whole;
    private final Traffic updates;
    private final Counter bad;
    private final MeterRegistry meters;
    private final Map<String, Gauge> shown = new HashMap<>();
    private volatile List<ClusterView.Peer> members;
    private volatile boolean ready;
    private volatile boolean closed;
    private int turn;

    ClusterReplication(
            Timing timing,
            String name,
            Wire wire,
            State state,
            InstantSource time,
            Wakeups wakeups,
            MeterRegistry meters) {
        this.timing = timing;
        this.name = name;
        this.wire = wire;
        this.state = state;
        this.time = time;
        this.wakeups = wakeups;
        this.settling = new Settling(time.instant().plus(timing.settleTimeout()));
        this.members = List.of(new ClusterView.Peer(name, ""));
        this.joined = counter(meters, "alertmanager_cluster_peers_joined_total", "Peers that joined.");
        this.left = counter(meters, "alertmanager_cluster_peers_left_total", "Peers that left.");
        this.meters = meters;
        this.whole = Traffic.of("full_state", meters);
        this.updates = Traffic.of("update", meters);
        this.bad = counter(
                meters, "pharos_cluster_messages_refused_total", "Messages of replicas that could not be read.");
        Gauge.builder("alertmanager_cluster_members", this, r -> r.members.size())
                .description("Number indicating current number of members in cluster.")
                .register(meters);
        Gauge.builder("alertmanager_cluster_failed_peers", this, _ -> 0)
                .description("Number indicating the current number of failed peers in the cluster.")
                .register(meters);
        Gauge.builder("alertmanager_cluster_health_score", this, _ -> 0)
                .description("Health score of the cluster. Lower values are better and zero means 'totally healthy'.")
                .register(meters);
        Gauge.builder("alertmanager_peer_position", this, ClusterReplication::position)
                .description("Position the Alertmanager instance believes it's in.")
                .register(meters);
        withoutCounterpart(meters);
        show(List.of(name));
    }

    /// Messages of one kind.
    private record Traffic(Counter sent, Counter sentBytes, Counter received, Counter receivedBytes) {
        static Traffic of(String kind, MeterRegistry meters) {
            return new Traffic(
                    counter("sent_total", "Total number of cluster messages sent.", kind, meters),
                    counter("sent_size_total", "Total size of cluster messages sent.", kind, meters),
                    counter("received_total", "Total number of cluster messages received.", kind, meters),
                    counter("received_size_total", "Total size of cluster messages received.", kind, meters));
        }

        private static Counter counter(String name, String description, String kind, MeterRegistry meters) {
            return Counter.builder("alertmanager_cluster_messages_" + name)
                    .description(description)
                    .tag("msg_type", kind)
                    .register(meters);
        }

        void sent(byte[] message) {
            sent.increment();
            sentBytes.increment(message.length);
        }

        void received(byte[] message) {
            received.increment();
            receivedBytes.increment(message.length);
        }
    }

    /// What gossip has and JGroups has not, or does not tell: 0 for those who look for it.
    private static void withoutCounterpart(MeterRegistry meters) {
        Map.of(
                        "messages_pruned_total", "Total number of cluster messages pruned.",
                        "peers_update_total", "A counter of the number of peers that have updated metadata.",
                        "reconnections_total", "A counter of the number of cluster peer reconnections.",
                        "reconnections_failed_total", "A counter of failed cluster peer reconnection attempts.",
                        "refresh_join_total", "A counter of the number of cluster peer joined via refresh.",
                        "refresh_join_failed_total", "A counter of failed cluster peer joined attempts via refresh.",
                        "peer_name_conflicts_total", "Total number of conflicting peer names.")
                .forEach((name, description) -> counter(meters, "alertmanager_cluster_" + name, description));
        Gauge.builder("alertmanager_cluster_messages_queued", () -> 0)
                .description("Number of cluster messages which are queued.")
                .register(meters);
        for (String key : List.of("nfl", "sil")) {
            for (String what : List.of("sent", "dropped", "failure")) {
                Counter.builder("alertmanager_oversized_gossip_message_" + what + "_total")
                        .description("Oversized gossip messages; those of Pharos have no limit.")
                        .tag("key", key)
                        .register(meters);
            }
            DistributionSummary.builder("alertmanager_oversize_gossip_message_duration_seconds")
                    .description("Duration of oversized gossip message requests.")
                    .tag("key", key)
                    .serviceLevelObjectives(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
                    .register(meters);
        }
    }

    /// One gauge for each member.
    private synchronized void show(List<String> peers) {
        shown.entrySet().removeIf(peer -> {
            boolean gone = !peers.contains(peer.getKey());
            if (gone) {
                meters.remove(peer.getValue());
            }
            return gone;
        });
        for (String peer : peers) {
            shown.computeIfAbsent(peer, added -> Gauge.builder("alertmanager_cluster_peer_info", () -> 1)
                    .description("A metric with a constant '1' value labeled by peer name.")
                    .tag("peer", added)
                    .register(meters));
        }
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    void start() {
        wire.start(this);
        pollLater();
        exchangeLater();
    }

    private void pollLater() {
        wakeups.at(time.instant().plus(timing.gossipInterval().multipliedBy(POLL_GOSSIPS)), () -> {
            if (closed) {
                return;
            }
            if (settling.poll(members.size(), time.instant())) {
                LOG.info("The cluster is ready with {} members", members.size());
                ready = true;
            } else {
                pollLater();
            }
        });
    }

    private void exchangeLater() {
        wakeups.at(time.instant().plus(timing.pushPullInterval()), () -> {
            if (closed) {
                return;
            }
            List<String> others = others();
            if (!others.isEmpty()) {
                // In turn rather than by chance, so that everyone is reached in bounded time.
                sendWhole(others.get(turn++ % others.size()), true);
            }
            exchangeLater();
        });
    }

    private List<String> others() {
        return members.stream()
                .map(ClusterView.Peer::name)
                .filter(other -> !other.equals(name))
                .toList();
    }

    private void sendWhole(String to, boolean wantsAnswer) {
        for (byte[] message : Exchange.whole(state.silences().all(), state.log().all(), wantsAnswer)) {
            whole.sent(message);
            wire.to(to, message);
        }
    }

    private int position() {
        List<ClusterView.Peer> now = members;
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).name().equals(name)) {
                return i;
            }
        }
        return 0;
    }

    @Override
    public Duration delay() {
        return timing.peerTimeout().multipliedBy(position());
    }

    @Override
    public boolean awaitReady(Instant deadline) throws InterruptedException {
        while (!ready) {
            if (!time.instant().isBefore(deadline)) {
                return false;
            }
            wakeups.pause(READY_POLL);
        }
        return true;
    }

    @Override
    public void told(NotificationLog.Entry entry) {
        toAll(new Exchange(false, List.of(), List.of(entry)));
    }

    @Override
    public void changed(List<Silence> silences) {
        toAll(new Exchange(false, silences, List.of()));
    }

    private void toAll(Exchange update) {
        byte[] message = update.encode();
        updates.sent(message);
        wire.toAll(message);
    }

    @Override
    public void members(List<ClusterView.Peer> all) {
        List<ClusterView.Peer> sorted = all.stream()
                .sorted(Comparator.comparing(ClusterView.Peer::name, Labels.NAME_ORDER))
                .toList();
        List<String> before = members.stream().map(ClusterView.Peer::name).toList();
        List<String> after = sorted.stream().map(ClusterView.Peer::name).toList();
        members = sorted;
        show(after);
        before.stream().filter(gone -> !after.contains(gone)).forEach(gone -> {
            left.increment();
            LOG.info("{} left the cluster", gone);
        });
        for (String peer : after) {
            if (!before.contains(peer) && !peer.equals(name)) {
                joined.increment();
                LOG.info("{} joined the cluster", peer);
                sendWhole(peer, true);
            }
        }
    }

    @Override
    public void message(String from, byte[] bytes) {
        Exchange exchange;
        try {
            exchange = Exchange.decode(bytes);
        } catch (IllegalArgumentException e) {
            bad.increment();
            LOG.warn("{} sent what can't be read: {}", from, e.getMessage());
            return;
        }
        // An update is one change; whatever is more was sent as a whole.
        boolean update = !exchange.wantsAnswer()
                && exchange.silences().size() + exchange.entries().size() == 1;
        (update ? updates : whole).received(bytes);
        Counter.builder("alertmanager_cluster_alive_messages_total")
                .description("Total number of received alive messages.")
                .tag("peer", from)
                .register(meters)
                .increment();
        Instant now = time.instant();
        var news = new ArrayList<Silence>();
        for (Silence silence : exchange.silences()) {
            if (state.silences().merge(silence, now)) {
                news.add(silence);
            }
        }
        if (!news.isEmpty()) {
            state.keepSilences().accept(news);
        }
        for (NotificationLog.Entry entry : exchange.entries()) {
            if (state.log().merge(entry, now)) {
                state.keepEntry().accept(entry);
            }
        }
        if (exchange.wantsAnswer()) {
            sendWhole(from, false);
        }
    }

    @Override
    public boolean isEnabled() {
        return true;
    }

    @Override
    public ClusterView view() {
        return new ClusterView(Optional.of(name), ready ? "ready" : "settling", members);
    }

    @Override
    public void close() {
        closed = true;
        wire.close();
    }
}
