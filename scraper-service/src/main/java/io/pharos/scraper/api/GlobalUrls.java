package io.pharos.scraper.api;

import java.util.Set;

/// How a target's URL reads from elsewhere: loopback hosts become the host of our external URL, and where the port is
/// our own, its port and scheme too.
public final class GlobalUrls {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private final String scheme;
    private final String host;
    private final String port;
    private final String ownPort;

    /// @param externalUrl under which we are reached, whole
    /// @param ownPort that we listen on
    public GlobalUrls(String externalUrl, int ownPort) {
        Parts parts = Parts.of(externalUrl);
        this.scheme = parts.scheme();
        this.host = parts.host();
        this.port = parts.port();
        this.ownPort = Integer.toString(ownPort);
    }

    private record Parts(String scheme, String host, String port, String rest) {
        static Parts of(String url) {
            int colon = url.indexOf("://");
            boolean bareAuthority = url.startsWith("//");
            String scheme = bareAuthority ? "" : colon < 0 ? "http" : url.substring(0, colon);
            int from = bareAuthority ? 2 : colon < 0 ? 0 : colon + 3;
            int to = from;
            while (to < url.length() && "/?#".indexOf(url.charAt(to)) < 0) {
                to++;
            }
            String address = url.substring(from, to);
            int portAt = address.lastIndexOf(':');
            boolean hasPort = portAt >= 0 && !address.endsWith("]");
            String name = hasPort ? address.substring(0, portAt) : address;
            String bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
            return new Parts(scheme, bare, hasPort ? address.substring(portAt + 1) : "", url.substring(to));
        }
    }

    public String of(String url) {
        Parts parts = Parts.of(url);
        if (!LOOPBACK.contains(parts.host()) || host.isEmpty()) {
            return url;
        }
        boolean own = parts.port().equals(ownPort);
        String newPort = own ? port : parts.port();
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String newScheme = own ? scheme : parts.scheme();
        return newScheme
                + (newScheme.isEmpty() ? "//" : "://")
                + bracketed
                + (newPort.isEmpty() ? "" : ":" + newPort)
                + parts.rest();
    }
}
