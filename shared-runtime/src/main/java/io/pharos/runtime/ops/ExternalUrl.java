package io.pharos.runtime.ops;

import io.pharos.runtime.flags.Flags;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Where people reach this server: `--web.external-url`, or the host's name and the port listened on. Without a
/// slash at its end.
public record ExternalUrl(String text) {
    public ExternalUrl {
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
    }

    public static ExternalUrl of(Flags flags) {
        String given = flags.text("web.external-url");
        if (given.isEmpty()) {
            String address = flags.list("web.listen-address").getFirst();
            return new ExternalUrl("http://" + hostName() + address.substring(address.lastIndexOf(':')));
        }
        if (given.startsWith("http://") || given.startsWith("https://")) {
            return new ExternalUrl(given);
        }
        String address = flags.list("web.listen-address").getFirst();
        String path = given.startsWith("/") ? given : "/" + given;
        return new ExternalUrl("http://" + hostName() + address.substring(address.lastIndexOf(':')) + path);
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
