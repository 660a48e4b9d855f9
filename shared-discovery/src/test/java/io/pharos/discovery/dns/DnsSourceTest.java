package io.pharos.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.discovery.Found;
import io.pharos.model.config.DnsDiscovery;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsSourceTest {
    private static final Map<String, Integer> TYPES = Map.of("A", 1, "NS", 2, "MX", 15, "AAAA", 28, "SRV", 33);

    /// A name server that knows a few records and says of other names that they do not exist.
    private static final class FakeDns implements AutoCloseable {
        final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();
        volatile boolean broken;
        private final DatagramSocket socket;

        FakeDns() throws SocketException {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::serve);
        }

        String address() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        private void serve() {
            byte[] buffer = new byte[512];
            try {
                while (true) {
                    var packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    byte[] answer = answer(buffer);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                // Closed.
            }
        }

        private byte[] answer(byte[] question) throws IOException {
            var name = new StringBuilder();
            int at = 12;
            while (question[at] != 0) {
                name.append(new String(question, at + 1, question[at], StandardCharsets.UTF_8))
                        .append('.');
                at += question[at] + 1;
            }
            int type = question[at + 1] << 8 | question[at + 2] & 0xff;
            List<byte[]> found = records.get(name + "/" + type);
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.write(question, 0, 2);
            out.writeShort(0x8580 | (broken ? 2 : found == null ? 3 : 0));
            out.writeShort(1);
            out.writeShort(found == null || broken ? 0 : found.size());
            out.writeInt(0);
            out.write(question, 12, at + 5 - 12);
            if (found != null && !broken) {
                for (byte[] data : found) {
                    out.writeShort(0xc00c);
                    out.writeShort(type);
                    out.writeShort(1);
                    out.writeInt(60);
                    out.writeShort(data.length);
                    out.write(data);
                }
            }
            return bytes.toByteArray();
        }

        void add(String name, String type, byte[]... data) {
            records.put(name + "/" + TYPES.get(type), List.of(data));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static byte[] name(String name) {
        var out = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.UTF_8));
        }
        out.write(0);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] shorts(int... values) {
        var out = new ByteArrayOutputStream();
        for (int value : values) {
            out.write(value >> 8);
            out.write(value);
        }
        return out.toByteArray();
    }

    private final FakeDns dns = new FakeDns();
    private final Found found = new Found();

    DnsSourceTest() throws SocketException {}

    @AfterEach
    void close() {
        found.close();
        dns.close();
    }

    private void discover(String type, int port, String... names) {
        var config = new DnsDiscovery(List.of(names), Duration.ofMillis(50), type, port);
        found.run(new DnsSource(
                config, found.meters, () -> new ResolverConfig(List.of(dns.address()), List.of("corp.test"), 1)));
    }

    @Test
    void addressesGetThePortConfigured() throws Exception {
        dns.add("web.test.", "A", new byte[] {10, 0, 0, 1}, new byte[] {10, 0, 0, 2});
        discover("A", 9100, "web.test");
        assertThat(Found.targets(found.awaitUpdate(1)))
                .containsExactlyInAnyOrder("10.0.0.1:9100[dns_name=web.test]", "10.0.0.2:9100[dns_name=web.test]");
    }

    @Test
    void sixthVersionAddressesStandInBrackets() throws Exception {
        byte[] address = new byte[16];
        address[0] = 0x20;
        address[1] = 1;
        address[15] = 1;
        dns.add("web.test.", "AAAA", address);
        discover("AAAA", 80, "web.test");
        assertThat(Found.targets(found.awaitUpdate(1)).getFirst()).matches("\\[2001:.*1\\]:80\\[dns_name=web.test\\]");
    }

    @Test
    void serviceRecordsBringTheirPort() throws Exception {
        dns.add("_web._tcp.test.", "SRV", join(shorts(10, 5, 9443), name("a.test")));
        discover("SRV", 0, "_web._tcp.test");
        assertThat(Found.targets(found.awaitUpdate(1)))
                .containsExactly("a.test:9443[dns_name=_web._tcp.test, dns_srv_record_port=9443,"
                        + " dns_srv_record_target=a.test.]");
    }

    @Test
    void mailAndNameServersAreTargetsToo() throws Exception {
        dns.add("test.", "MX", join(shorts(10), name("mail.test")));
        discover("MX", 25, "test.");
        assertThat(Found.targets(found.awaitUpdate(1)))
                .containsExactly("mail.test:25[dns_mx_record_target=mail.test., dns_name=test.]");
        var other = new Found();
        dns.add("test.", "NS", name("ns.test"));
        other.run(new DnsSource(
                new DnsDiscovery(List.of("test."), Duration.ofSeconds(1), "NS", 53),
                other.meters,
                () -> new ResolverConfig(List.of(dns.address()), List.of(), 1)));
        assertThat(Found.targets(other.awaitUpdate(1)))
                .containsExactly("ns.test:53[dns_name=test., dns_ns_record_target=ns.test.]");
        other.close();
    }

    @Test
    void shortNamesAreLookedForInTheSearchDomains() throws Exception {
        dns.add("web.corp.test.", "A", new byte[] {10, 0, 0, 1});
        discover("A", 80, "web");
        assertThat(Found.targets(found.awaitUpdate(1))).containsExactly("10.0.0.1:80[dns_name=web]");
    }

    @Test
    void aNameThatIsGoneLosesItsTargetsAndABrokenServerKeepsThem() throws Exception {
        dns.add("web.test.", "A", new byte[] {10, 0, 0, 1});
        discover("A", 80, "web.test");
        found.awaitUpdate(1);
        dns.broken = true;
        assertThat(found.awaitFailure(1)).startsWith("DNS resolution of web.test failed");
        assertThat(found.await(groups -> true)).hasSize(1);
        dns.broken = false;
        dns.records.clear();
        found.await(Map::isEmpty);
    }
}
