package io.pharos.standalone;

import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.server.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;

/// What `./pharos` assumes where the user says nothing: the shipped configuration, with Pharos itself as the
/// target, and the alertmanager's data below the store's.
final class Defaults {
    /// The target of the shipped configuration, which stands for the server's own address.
    private static final String SELF = "localhost:9090";

    private final Path home;

    /// @param home the folder of `./pharos`
    Defaults(Path home) {
        this.home = home;
    }

    /// The flags with what Pharos assumes where they say nothing.
    Flags complete(Flags flags) throws IOException {
        var assumed = new HashMap<String, String>();
        Path data = Path.of(flags.text("storage.tsdb.path"));
        if (!flags.given("config.file")) {
            assumed.put("config.file", ownConfiguration(flags, data).toString());
        }
        assumed.put(
                "alertmanager.config.file",
                home.resolve("config/alertmanager.yml").toString());
        assumed.put("alertmanager.storage.path", data.resolve("alertmanager").toString());
        return flags.assuming(assumed);
    }

    /// The shipped configuration with the address that this process will listen on, written into the data folder.
    private Path ownConfiguration(Flags flags, Path data) throws IOException {
        Path shipped = home.resolve("config/prometheus.yml");
        InetSocketAddress address =
                ListenAddress.parse(flags.list("web.listen-address").getFirst());
        String host = address.getAddress() == null || address.getAddress().isAnyLocalAddress()
                ? "localhost"
                : address.getHostString();
        String self = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        String text = Files.readString(shipped).replace(SELF, self);
        Files.createDirectories(data);
        Path own = data.resolve("pharos-default.yml");
        Files.writeString(own, text);
        return own;
    }
}
