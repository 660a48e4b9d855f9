package io.pharos.model.config;

import io.pharos.model.text.GoText;

/// A URL as Go's `net/url` reads it: more than [java.net.URI] takes, so that templates may stand in it. Printed
/// without its password.
///
/// @param userInfo `user`, `user:password` or empty, still escaped
/// @param host with port, if there is one
/// @param path still escaped
/// @param query without `?`
/// @param text as written
public record Url(String scheme, String userInfo, String host, String path, String query, String text) {
    public static final Url NONE = new Url("", "", "", "", "", "");

    /// Reads a URL; fails with [IllegalArgumentException] in Go's words.
    public static Url parse(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) == 0x7f) {
                throw bad(text, "net/url: invalid control character in URL");
            }
        }
        int hash = text.indexOf('#');
        String rest = hash < 0 ? text : text.substring(0, hash);
        String scheme = scheme(text, rest);
        rest = scheme.isEmpty() ? rest : rest.substring(scheme.length() + 1);
        int mark = rest.indexOf('?');
        String query = mark < 0 ? "" : rest.substring(mark + 1);
        rest = mark < 0 ? rest : rest.substring(0, mark);
        String userInfo = "";
        String host = "";
        if (rest.startsWith("//")) {
            int slash = rest.indexOf('/', 2);
            String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
            rest = slash < 0 ? "" : rest.substring(slash);
            int at = authority.lastIndexOf('@');
            userInfo = at < 0 ? "" : authority.substring(0, at);
            host = authority.substring(at + 1);
            checkHost(text, host);
        } else if (scheme.isEmpty()) {
            int colon = rest.indexOf(':');
            int slash = rest.indexOf('/');
            if (colon >= 0 && (slash < 0 || colon < slash)) {
                throw bad(text, "first path segment in URL cannot contain colon");
            }
        }
        checkEscapes(text, rest);
        return new Url(scheme.toLowerCase(java.util.Locale.ROOT), userInfo, host, rest, query, text);
    }

    /// An `http` or `https` URL with a host.
    public static Url parseHttp(String text) {
        Url url = parse(text);
        if (!url.scheme.equals("http") && !url.scheme.equals("https")) {
            throw new IllegalArgumentException("unsupported scheme " + GoText.quote(url.scheme) + " for URL");
        }
        if (url.host.isEmpty()) {
            throw new IllegalArgumentException("missing host for URL");
        }
        return url;
    }

    private static String scheme(String text, String rest) {
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            boolean other = c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.';
            if (c == ':') {
                if (i == 0) {
                    throw bad(text, "missing protocol scheme");
                }
                return rest.substring(0, i);
            }
            if (!letter && (!other || i == 0)) {
                return "";
            }
        }
        return "";
    }

    private static void checkHost(String text, String host) {
        String port = host;
        if (host.startsWith("[")) {
            int close = host.indexOf(']');
            if (close < 0) {
                throw bad(text, "missing ']' in host");
            }
            port = host.substring(close + 1);
        } else {
            int colon = host.indexOf(':');
            port = colon < 0 ? "" : host.substring(host.lastIndexOf(':'));
            for (int i = 0; i < host.length(); i++) {
                if (" <>\"\\^`{}|".indexOf(host.charAt(i)) >= 0) {
                    throw bad(text, "invalid character " + GoText.quote(host.substring(i, i + 1)) + " in host name");
                }
            }
        }
        for (int i = host.indexOf('%'); i >= 0 && !host.startsWith("["); i = host.indexOf('%', i + 1)) {
            String escape = host.substring(i, Math.min(i + 3, host.length()));
            // Hosts may be escaped beyond ASCII only.
            if (!isEscape(escape) || Character.digit(escape.charAt(1), 16) < 8 && !escape.equals("%25")) {
                throw bad(text, "invalid URL escape " + GoText.quote(escape));
            }
        }
        if (!port.isEmpty() && !port.matches(":\\d*")) {
            throw bad(text, "invalid port " + GoText.quote(port) + " after host");
        }
    }

    private static void checkEscapes(String text, String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            String escape = path.substring(i, Math.min(i + 3, path.length()));
            if (!isEscape(escape)) {
                throw bad(text, "invalid URL escape " + GoText.quote(escape));
            }
        }
    }

    private static boolean isEscape(String text) {
        return text.length() == 3
                && Character.digit(text.charAt(1), 16) >= 0
                && Character.digit(text.charAt(2), 16) >= 0;
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException("parse " + GoText.quote(text) + ": " + why);
    }

    public boolean isSet() {
        return !text.isEmpty();
    }

    /// The text with `xxxxx` for a password.
    public String redacted() {
        int colon = userInfo.indexOf(':');
        return colon < 0 ? text : text.replace("//" + userInfo + "@", "//" + userInfo.substring(0, colon) + ":xxxxx@");
    }

    @Override
    public String toString() {
        return redacted();
    }
}
