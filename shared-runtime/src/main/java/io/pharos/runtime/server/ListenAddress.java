package io.pharos.runtime.server;

import java.net.InetSocketAddress;

/// A listen address as flags give it: `host:port`, `:port`, `[::1]:port`; no host or `0.0.0.0` means every interface.
public final class ListenAddress {
    private ListenAddress() {}

    /// Fails on anything else with a message for the user.
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("listen address \"" + text + "\" has no port; write host:port or :port");
        }
        String host = text.substring(0, colon);
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            port = -1;
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "listen address \"" + text + "\": the port must be a number from 0 to 65535");
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }
}
