package io.pharos.model.template;

import java.util.regex.Pattern;

/// Takes `host:port` apart as Go's `net.SplitHostPort` does.
final class Hosts {
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    private Hosts() {}

    /// Host and port; the whole text and an empty port where there is no port.
    private record Parts(String host, String port) {}

    private static Parts split(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return new Parts(text, "");
        }
        String port = text.substring(colon + 1);
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            return close + 1 == colon ? new Parts(text.substring(1, close), port) : new Parts(text, "");
        }
        String host = text.substring(0, colon);
        boolean odd = host.indexOf(':') >= 0 || text.indexOf('[') >= 0 || text.indexOf(']') >= 0;
        return odd ? new Parts(text, "") : new Parts(host, port);
    }

    static String withoutPort(String text) {
        return split(text).host;
    }

    static String withoutDomain(String text) {
        Parts parts = split(text);
        if (isAddress(parts.host)) {
            return text;
        }
        int dot = parts.host.indexOf('.');
        String name = dot < 0 ? parts.host : parts.host.substring(0, dot);
        return parts.port.isEmpty() ? name : name + ":" + parts.port;
    }

    private static boolean isAddress(String host) {
        var matcher = IPV4.matcher(host);
        if (matcher.matches()) {
            for (int i = 1; i <= 4; i++) {
                if (Integer.parseInt(matcher.group(i)) > 255) {
                    return false;
                }
            }
            return true;
        }
        return host.indexOf(':') >= 0
                && host.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
    }
}
