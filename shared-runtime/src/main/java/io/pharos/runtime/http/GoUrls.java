package io.pharos.runtime.http;

import io.pharos.model.text.GoText;
import java.net.URI;
import java.util.Locale;

/// What Go's `net/url` and `net/http` find wrong with a URL before they ask anybody, in their words.
final class GoUrls {
    private static final int MOST_PORTS = 0xffff;

    private GoUrls() {}

    /// The URL, fit to be asked.
    ///
    /// @throws HttpException where it is none
    static URI parse(String method, String url) throws HttpException {
        String parse = "parse " + GoText.quote(url) + ": ";
        int slashes = url.indexOf("//");
        String scheme = slashes > 0 && url.charAt(slashes - 1) == ':'
                ? url.substring(0, slashes - 1).toLowerCase(Locale.ROOT)
                : "";
        String authority = slashes < 0 ? "" : authorityOf(url, slashes + 2);
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = host.indexOf(':', Math.max(0, host.lastIndexOf(']')));
        colon = host.startsWith("[") ? colon : host.lastIndexOf(':');
        String port = colon < 0 ? "" : host.substring(colon + 1);
        if (!port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new HttpException(parse + "invalid port " + GoText.quote(":" + port) + " after host", false, null);
        }
        for (int i = host.indexOf('%'); i >= 0; i = host.indexOf('%', i + 1)) {
            String escape = host.substring(i, Math.min(host.length(), i + 3));
            boolean hex = escape.length() == 3
                    && Character.digit(escape.charAt(1), 16) >= 0
                    && Character.digit(escape.charAt(2), 16) >= 0;
            if (!hex || Character.digit(escape.charAt(1), 16) < 8 && !escape.equals("%25")) {
                throw new HttpException(parse + "invalid URL escape " + GoText.quote(escape), false, null);
            }
        }
        String prefix = GoErrors.prefix(method, url);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new HttpException(prefix + "unsupported protocol scheme " + GoText.quote(scheme), false, null);
        }
        if (host.isEmpty()) {
            throw new HttpException(prefix + "http: no Host in request URL", false, null);
        }
        if (port.length() > 5 || !port.isEmpty() && Integer.parseInt(port) > MOST_PORTS) {
            throw new HttpException(prefix + "dial tcp: address " + port + ": invalid port", false, null);
        }
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new HttpException(parse + e.getMessage(), false, e);
        }
    }

    private static String authorityOf(String url, int from) {
        int to = from;
        while (to < url.length() && "/?#".indexOf(url.charAt(to)) < 0) {
            to++;
        }
        return url.substring(from, to);
    }
}
