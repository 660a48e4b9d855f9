package io.pharos.standalone.ports;

import io.pharos.alertmanager.AlertmanagerConfiguration;
import io.pharos.notifier.NotifierConfiguration;
import io.pharos.query.QueryConfiguration;
import io.pharos.runtime.RuntimeConfiguration;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.ops.Readiness;
import io.pharos.runtime.remote.RemoteWiring;
import io.pharos.runtime.server.Launcher;
import io.pharos.runtime.server.WebServer;
import io.pharos.storage.StorageConfiguration;
import io.pharos.testkit.FaultyProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ConfigurableApplicationContext;

/// Services of an installation, started in this JVM on free ports, each with a Spring context of its own, and ended
/// together. Calls from one to another are given up after a second and a half.
final class Programs implements AutoCloseable {
    /// A configuration of an alertmanager that notifies nobody.
    static final String NOBODY = """
            route: { receiver: nobody }
            receivers: [{ name: nobody }]
            """;

    private static final Duration START = Duration.ofSeconds(20);
    private static final String HURRIED = "--pharos.peer-timeout=1500ms";

    private final Path folder;
    private final List<Node> nodes = new ArrayList<>();
    private final List<FaultyProxy> ways = new ArrayList<>();

    /// @param folder where configurations and data lie
    Programs(Path folder) {
        this.folder = folder;
    }

    /// A program that runs.
    record Node(ConfigurableApplicationContext context) {
        int port() {
            return context.getBean(WebServer.class).ports().getFirst();
        }

        String url() {
            return "http://127.0.0.1:" + port();
        }

        <T> T port(Class<T> type) {
            return context.getBean(type);
        }

        void stop() {
            context.close();
        }

        /// A store answers 503 while it still reads what it had.
        private void untilReady() {
            var readiness = context.getBean(Readiness.class);
            long end = System.nanoTime() + START.toNanos();
            while (!readiness.isReady()) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("not ready after " + START);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /// A storage node over `data`, a folder below this one's; served to peers.
    Node storage(String data) {
        return start(
                Program.STORAGE, List.of("--storage.tsdb.path=" + folder.resolve(data)), StorageConfiguration.class);
    }

    /// A query node that reads from a storage node.
    Node query(String storageUrl) {
        return start(Program.QUERY, List.of("--pharos.peer=storage=" + storageUrl, HURRIED), QueryConfiguration.class);
    }

    /// An alertmanager that notifies by itself.
    Node alertmanager(String data, String config) {
        return start(
                Program.ALERTMANAGER,
                List.of(
                        "--config.file=" + write("alertmanager-" + nodes.size() + ".yml", config),
                        "--storage.path=" + folder.resolve(data)),
                false,
                AlertmanagerConfiguration.class,
                NotifierConfiguration.class);
    }

    /// A notifier alone.
    Node notifier(String config) {
        return start(
                Program.NOTIFIER,
                List.of("--config.file=" + write("notifier-" + nodes.size() + ".yml", config)),
                NotifierConfiguration.class);
    }

    /// Storage and query in one process.
    Node engineOverStore() {
        return start(
                Program.STANDALONE,
                List.of(
                        "--storage.tsdb.path=" + folder.resolve("engine-" + nodes.size()),
                        "--config.file=" + write("prometheus.yml", ""),
                        "--alertmanager.config.file=" + write("alertmanager.yml", NOBODY)),
                false,
                StorageConfiguration.class,
                QueryConfiguration.class);
    }

    /// The adapters that a program calls `service` by, and nothing else of it.
    Node adapters(Program of, String service, String url) {
        return start(of, List.of("--pharos.peer=" + service + "=" + url, HURRIED));
    }

    FaultyProxy way(Node to) {
        var way = new FaultyProxy(to.port());
        ways.add(way);
        return way;
    }

    private Node start(Program program, List<String> flags, Class<?>... services) {
        return start(program, flags, true, services);
    }

    private Node start(Program program, List<String> own, boolean apart, Class<?>... services) {
        var flags = new ArrayList<>(own);
        flags.add("--web.listen-address=127.0.0.1:0");
        if (own.stream().noneMatch(flag -> flag.startsWith("--config.file"))) {
            String config = program == Program.ALERTMANAGER ? NOBODY : "";
            flags.add("--config.file=" + write(program + "-" + nodes.size() + ".yml", config));
        }
        var configurations = new ArrayList<Class<?>>(List.of(RuntimeConfiguration.class));
        configurations.addAll(Arrays.asList(services));
        if (apart) {
            configurations.addAll(RemoteWiring.of(program));
        }
        var node = new Node(Launcher.start(Flags.parse(program, flags), configurations.toArray(Class<?>[]::new)));
        nodes.add(node);
        node.untilReady();
        return node;
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ways.forEach(FaultyProxy::close);
        nodes.reversed().forEach(Node::stop);
    }
}
