package io.pharos.alertmanager.cluster;

import io.pharos.alertmanager.group.Wakeups;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.util.ExtendedUUID;
import org.jgroups.util.NameCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A wire of JGroups over TCP. Peers are looked up by name again and again, so that a headless service whose
/// members change is followed. A member's name travels in its address.
final class JGroupsWire implements Wire, Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(JGroupsWire.class);
    private static final int DEFAULT_PORT = 9094;
    private static final Duration REFRESH = Duration.ofSeconds(15);
    private static final Duration HURRY = Duration.ofSeconds(1);
    private static final String NAME = "name";
    private static final String ADDRESS = "address";

    private final ClusterSettings settings;
    private final String name;
    private final Wakeups wakeups;
    private final InstantSource time;
    private final InetAddress bind;
    private final int port;
    private final TCPPING discovery = new TCPPING();
    private final JChannel channel;
    private volatile Inbox inbox = new Inbox() {
        @Override
        public void members(List<ClusterView.Peer> all) {}

        @Override
        public void message(String from, byte[] bytes) {}
    };
    private volatile List<Address> present = List.of();
    /// When each address of a peer was last given for its name.
    private final Map<InetSocketAddress, Instant> known = new ConcurrentHashMap<>();

    private final Instant started;
    private volatile boolean closed;

    JGroupsWire(ClusterSettings settings, String name, Wakeups wakeups, InstantSource time) {
        this.settings = settings;
        this.name = name;
        this.wakeups = wakeups;
        this.time = time;
        this.started = time.instant();
        InetSocketAddress listen = split(settings.listenAddress(), DEFAULT_PORT);
        this.bind = bindAddress(listen);
        this.port = listen.getPort();
        long reconnect = Math.max(1000, settings.reconnectInterval().toMillis());
        try {
            this.channel = new JChannel(
                    transport(),
                    discovery.portRange(0),
                    new MERGE3().setMinInterval(reconnect / 10).setMaxInterval(reconnect / 2),
                    new FD_SOCK2().setBindAddress(bind).setPortRange(100),
                    new FD_ALL3()
                            .setInterval(settings.probeInterval().toMillis())
                            .setTimeout(settings.probeInterval().toMillis() * 5
                                    + settings.probeTimeout().toMillis()),
                    new VERIFY_SUSPECT2(),
                    new NAKACK2().useMcastXmit(false),
                    new UNICAST3(),
                    new STABLE(),
                    new GMS().setJoinTimeout(1000).printLocalAddress(false),
                    new UFC(),
                    new MFC(),
                    new FRAG4());
        } catch (Exception e) {
            throw new IllegalStateException("cannot set up the cluster: " + e.getMessage(), e);
        }
    }

    private TCP transport() throws UnknownHostException {
        TCP tcp = new TCP();
        tcp.setSockConnTimeout((int) settings.tcpTimeout().toMillis());
        tcp.setBindAddress(bind).setBindPort(port).setPortRange(0);
        if (!settings.tlsConfig().isEmpty()) {
            tcp.setSocketFactory(ClusterTls.sockets(settings.tlsConfig()));
        }
        if (!settings.advertiseAddress().isEmpty()) {
            InetSocketAddress told = split(settings.advertiseAddress(), port);
            tcp.setExternalAddr(InetAddress.getByName(told.getHostString())).setExternalPort(told.getPort());
        }
        return tcp;
    }

    /// The address by which others reach this member.
    private String reachable() {
        if (settings.advertiseAddress().isEmpty()) {
            return bind.getHostAddress() + ":" + port;
        }
        InetSocketAddress told = split(settings.advertiseAddress(), port);
        return told.getHostString() + ":" + told.getPort();
    }

    private static InetSocketAddress split(String address, int defaultPort) {
        int colon = address.lastIndexOf(':');
        boolean bare = colon < 0 || address.endsWith("]");
        String host = bare ? address : address.substring(0, colon);
        String port = bare ? "" : address.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int number = port.isEmpty() ? defaultPort : Integer.parseInt(port);
            return InetSocketAddress.createUnresolved(host.isEmpty() ? "0.0.0.0" : host, number);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cluster address \"" + address + "\": write host:port", e);
        }
    }

    /// The address to listen on: the one given, or for every interface the advertised or the private one.
    private InetAddress bindAddress(InetSocketAddress listen) {
        try {
            InetAddress given = InetAddress.getByName(listen.getHostString());
            if (!given.isAnyLocalAddress()) {
                return given;
            }
            if (!settings.advertiseAddress().isEmpty()) {
                return InetAddress.getByName(
                        split(settings.advertiseAddress(), DEFAULT_PORT).getHostString());
            }
            InetAddress loopback = InetAddress.getLoopbackAddress();
            InetAddress open = null;
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                for (InetAddress address : each.inetAddresses().toList()) {
                    if (address instanceof Inet4Address && address.isSiteLocalAddress()) {
                        return address;
                    }
                    if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
                        open = address;
                    }
                }
            }
            if (open != null) {
                if (!settings.publicAddressAllowed()) {
                    throw new IllegalArgumentException("no private IP address found, and --cluster.advertise-address is"
                            + " not given; give it, or --cluster.listen-address= to run without a cluster");
                }
                return open;
            }
            return loopback;
        } catch (UnknownHostException | SocketException e) {
            throw new IllegalArgumentException(
                    "--cluster.listen-address=" + settings.listenAddress() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void start(Inbox target) {
        inbox = target;
        discovery.initialHosts(resolve());
        refreshLater();
        channel.addAddressGenerator(() -> {
            ExtendedUUID address = ExtendedUUID.randomUUID(name);
            address.put(NAME, name.getBytes(StandardCharsets.UTF_8));
            address.put(ADDRESS, reachable().getBytes(StandardCharsets.UTF_8));
            return address;
        });
        channel.setDiscardOwnMessages(true);
        channel.setReceiver(this);
        try {
            channel.connect(settings.label().isEmpty() ? "pharos-alertmanager" : settings.label());
        } catch (Exception e) {
            throw new IllegalStateException(
                    "cannot join the cluster on " + settings.listenAddress() + ": " + e.getMessage()
                            + "; is the address in use? Choose another with --cluster.listen-address",
                    e);
        }
    }

    private void refreshLater() {
        if (settings.peers().isEmpty()) {
            return;
        }
        Instant now = time.instant();
        boolean hurry = known.isEmpty() && now.isBefore(started.plus(settings.resolveTimeout()));
        wakeups.at(now.plus(hurry ? HURRY : REFRESH), () -> {
            if (!closed) {
                Thread.startVirtualThread(() -> {
                    discovery.initialHosts(resolve());
                    refreshLater();
                });
            }
        });
    }

    /// The addresses that the names of the peers have, and those that they had not long ago.
    private synchronized Set<InetSocketAddress> resolve() {
        Instant now = time.instant();
        for (String peer : settings.peers()) {
            InetSocketAddress address = split(peer, DEFAULT_PORT);
            try {
                for (InetAddress each : InetAddress.getAllByName(address.getHostString())) {
                    known.put(new InetSocketAddress(each, address.getPort()), now);
                }
            } catch (UnknownHostException _) {
                LOG.warn("Cluster peer {} can't be resolved; it is looked up again and again", peer);
            }
        }
        known.values().removeIf(seen -> seen.isBefore(now.minus(settings.reconnectTimeout())));
        return Set.copyOf(known.keySet());
    }

    @Override
    public void viewAccepted(View view) {
        present = List.of(view.getMembersRaw());
        // Not on this thread: what it sends would wait for the view that is being installed.
        Thread.startVirtualThread(this::announce);
    }

    /// One at a time, and each with the latest view, so that an older one is never announced last.
    private synchronized void announce() {
        var all = new ArrayList<ClusterView.Peer>();
        for (Address member : present) {
            all.add(new ClusterView.Peer(nameOf(member), text(member, ADDRESS)));
        }
        inbox.members(all);
    }

    private static String nameOf(Address member) {
        String carried = text(member, NAME);
        if (!carried.isEmpty()) {
            return carried;
        }
        String cached = NameCache.get(member);
        return cached == null ? member.toString() : cached;
    }

    private static String text(Address member, String key) {
        byte[] bytes = member instanceof ExtendedUUID address ? address.get(key) : null;
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void receive(Message message) {
        byte[] bytes = new byte[message.getLength()];
        System.arraycopy(message.getArray(), message.getOffset(), bytes, 0, bytes.length);
        inbox.message(nameOf(message.getSrc()), bytes);
    }

    @Override
    public void toAll(byte[] bytes) {
        send(new BytesMessage(null, bytes));
    }

    @Override
    public void to(String peer, byte[] bytes) {
        for (Address member : present) {
            if (nameOf(member).equals(peer)) {
                send(new BytesMessage(member, bytes));
                return;
            }
        }
    }

    private void send(Message message) {
        if (closed) {
            return;
        }
        try {
            channel.send(message);
        } catch (Exception e) {
            // The next exchange of the whole state makes up for it.
            LOG.warn("A message to the cluster was not sent: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        channel.close();
    }
}
