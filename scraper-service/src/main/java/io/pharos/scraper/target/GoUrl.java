package io.pharos.scraper.target;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// URLs as Go's `net/url` prints them.
final class GoUrl {
    private static final String HEX = "0123456789ABCDEF";

    private GoUrl() {}

    static String of(String scheme, String host, String path, SortedMap<String, List<String>> params) {
        var out = new StringBuilder(scheme).append(scheme.isEmpty() ? "//" : "://");
        escape(host, "!$&'()*+,;=:[]<>\"", out);
        if (!path.isEmpty() && !path.startsWith("/")) {
            out.append('/');
        }
        escape(path, "$&+,/:;=@", out);
        char separator = '?';
        for (Map.Entry<String, List<String>> entry : params.entrySet()) {
            for (String value : entry.getValue()) {
                out.append(separator);
                escapeQuery(entry.getKey(), out);
                out.append('=');
                escapeQuery(value, out);
                separator = '&';
            }
        }
        return out.toString();
    }

    private static void escapeQuery(String text, StringBuilder out) {
        int from = out.length();
        escape(text, " ", out);
        for (int i = from; i < out.length(); i++) {
            if (out.charAt(i) == ' ') {
                out.setCharAt(i, '+');
            }
        }
    }

    private static void escape(String text, String allowed, StringBuilder out) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved = c < 0x80 && (Character.isLetterOrDigit(c) || "-_.~".indexOf(c) >= 0);
            if (unreserved || allowed.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
    }
}
