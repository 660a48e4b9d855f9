package io.pharos.alertmanager.cluster;

import io.pharos.runtime.flags.Flags;
import java.time.Duration;
import java.util.List;

/// The `--cluster.*` flags.
///
/// @param enabled whether there is a cluster: `--cluster.peer` or `--cluster.listen-address` is given, and not
/// empty
/// @param peers `host` or `host:port`; names are looked up again and again
/// @param resolveTimeout how long names of peers are looked up every second while none is known
/// @param reconnectInterval how long parts of a cluster that was split may take to look for each other
/// @param reconnectTimeout how long a peer is looked for at an address that its name no longer has
/// @param label name of the cluster; replicas with another one are not spoken to
public record ClusterSettings(
        boolean enabled,
        String listenAddress,
        String advertiseAddress,
        List<String> peers,
        String peerName,
        String label,
        String tlsConfig,
        Duration peerTimeout,
        Duration settleTimeout,
        Duration gossipInterval,
        Duration pushPullInterval,
        Duration tcpTimeout,
        Duration probeInterval,
        Duration probeTimeout,
        Duration resolveTimeout,
        Duration reconnectInterval,
        Duration reconnectTimeout,
        boolean publicAddressAllowed) {
    public ClusterSettings {
        peers = List.copyOf(peers);
    }

    public static ClusterSettings of(Flags all) {
        Flags flags = all.alertmanager();
        List<String> peers = flags.list("cluster.peer").stream()
                .filter(peer -> !peer.isBlank())
                .toList();
        String listen = flags.text("cluster.listen-address");
        boolean enabled = !listen.isEmpty() && (flags.given("cluster.listen-address") || !peers.isEmpty());
        return new ClusterSettings(
                enabled,
                listen,
                flags.text("cluster.advertise-address"),
                peers,
                flags.text("cluster.peer-name"),
                flags.text("cluster.label"),
                flags.text("cluster.tls-config"),
                duration(flags, "peer-timeout"),
                duration(flags, "settle-timeout"),
                duration(flags, "gossip-interval"),
                duration(flags, "pushpull-interval"),
                duration(flags, "tcp-timeout"),
                duration(flags, "probe-interval"),
                duration(flags, "probe-timeout"),
                duration(flags, "peers-resolve-timeout"),
                duration(flags, "reconnect-interval"),
                duration(flags, "reconnect-timeout"),
                flags.enabled("cluster.allow-insecure-public-advertise-address-discovery"));
    }

    private static Duration duration(Flags flags, String name) {
        return Duration.ofMillis(flags.durationMs("cluster." + name));
    }

    /// How replicas are kept alike under these flags.
    public Replication.Start start() {
        if (!enabled) {
            return (_, _, _, _, _, _, _) -> Replication.NONE;
        }
        return (silences, log, keepSilences, keepEntry, time, wakeups, meters) -> {
            String name = peerName.isEmpty() ? PeerNames.random(time.instant()) : peerName;
            var replication = new ClusterReplication(
                    new ClusterReplication.Timing(peerTimeout, settleTimeout, gossipInterval, pushPullInterval),
                    name,
                    new JGroupsWire(this, name, wakeups, time),
                    new ClusterReplication.State(silences, log, keepSilences, keepEntry),
                    time,
                    wakeups,
                    meters);
            replication.start();
            return replication;
        };
    }
}
