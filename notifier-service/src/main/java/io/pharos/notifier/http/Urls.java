package io.pharos.notifier.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/// Puts URLs together.
public final class Urls {
    /// What a path may hold beside letters and digits.
    private static final String PATH = "/-_.~$&+,:;=@";

    private Urls() {}

    /// `url` with `path` behind its path, one slash between them; a query stays where it is.
    public static String join(String url, String path) {
        int mark = url.indexOf('?');
        String head = mark < 0 ? url : url.substring(0, mark);
        String tail = mark < 0 ? "" : url.substring(mark);
        String slash = head.endsWith("/") || path.isEmpty() ? "" : "/";
        return head + slash + (path.startsWith("/") ? path.substring(1) : path) + tail;
    }

    /// `url` with parameters added.
    public static String withQuery(String url, Map<String, String> parameters) {
        return url + (url.indexOf('?') < 0 ? "?" : "&") + form(parameters);
    }

    /// `application/x-www-form-urlencoded`.
    public static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// The same URL with what no URL may hold escaped, such as spaces that a template put there.
    public static String legal(String url) {
        var out = new StringBuilder(url.length());
        for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}".indexOf(c) >= 0) {
                out.append(String.format("%%%02X", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /// A path of several segments: as [#segment], but slashes and what else separates nothing in a path stay.
    public static String path(String text) {
        var out = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || PATH.indexOf(c) >= 0)) {
                out.append(c);
            } else {
                out.append(String.format("%%%02X", (int) c));
            }
        }
        return out.toString();
    }

    /// A segment of a path: everything but unreserved characters escaped.
    public static String segment(String text) {
        return encode(text).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }
}
