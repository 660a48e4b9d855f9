package io.pharos.runtime.http;

import io.pharos.model.config.ProxyConfig;
import io.pharos.model.config.Url;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which proxy, if any, leads to a host (`golang.org/x/net/http/httpproxy`). Immutable.
final class ProxyChoice {
    private final Url forHttp;
    private final Url forHttps;
    private final List<String> exceptions;

    private ProxyChoice(Url forHttp, Url forHttps, String noProxy) {
        this.forHttp = forHttp;
        this.forHttps = forHttps;
        var list = new ArrayList<String>();
        for (String part : noProxy.split(",")) {
            if (!part.isBlank()) {
                list.add(part.strip().toLowerCase(Locale.ROOT));
            }
        }
        this.exceptions = List.copyOf(list);
    }

    static ProxyChoice of(ProxyConfig config) {
        if (config.proxyFromEnvironment()) {
            return new ProxyChoice(
                    Url.parse(variable("HTTP_PROXY")), Url.parse(variable("HTTPS_PROXY")), variable("NO_PROXY"));
        }
        return new ProxyChoice(config.proxyUrl(), config.proxyUrl(), config.noProxy());
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            value = System.getenv(name.toLowerCase(Locale.ROOT));
        }
        return value == null ? "" : value;
    }

    /// The proxy for a target.
    Optional<Url> forTarget(String scheme, String host, int port) {
        Url proxy = scheme.equals("https") ? forHttps : forHttp;
        return proxy.isSet() && !isExcepted(host.toLowerCase(Locale.ROOT), port)
                ? Optional.of(proxy)
                : Optional.empty();
    }

    private boolean isExcepted(String host, int port) {
        if (exceptions.isEmpty()) {
            return false;
        }
        if (host.equals("localhost") || host.startsWith("127.") || host.equals("::1")) {
            return true;
        }
        for (String exception : exceptions) {
            if (exception.equals("*") || matches(exception, host, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String exception, String host, int port) {
        if (exception.indexOf('/') > 0) {
            return isWithin(exception, host);
        }
        int colon = exception.lastIndexOf(':');
        String name = exception;
        if (colon > 0 && exception.indexOf(':') == colon) {
            if (!exception.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = exception.substring(0, colon);
        }
        name = name.startsWith("*.") ? name.substring(1) : name;
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static boolean isWithin(String network, String host) {
        if (!host.matches("[0-9.]+|[0-9a-f:]*:[0-9a-f:.]*")) {
            return false;
        }
        try {
            int slash = network.indexOf('/');
            byte[] base = InetAddress.getByName(network.substring(0, slash)).getAddress();
            byte[] address = InetAddress.getByName(host).getAddress();
            int bits = Integer.parseInt(network.substring(slash + 1));
            if (base.length != address.length || bits > 8 * base.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i & 7);
                if ((base[i >> 3] & mask) != (address[i >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException | NumberFormatException _) {
            return false;
        }
    }
}
