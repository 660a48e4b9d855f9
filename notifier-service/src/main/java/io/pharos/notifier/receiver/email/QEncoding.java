package io.pharos.notifier.receiver.email;

import java.nio.charset.StandardCharsets;

/// RFC 2047: text of a header as `=?utf-8?q?…?=` words, where it is not plain ASCII.
final class QEncoding {
    private static final String START = "=?utf-8?q?";
    private static final String END = "?=";
    private static final int MAX_WORD = 75;

    private QEncoding() {}

    static String encode(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\t')) {
            return text;
        }
        var out = new StringBuilder(START);
        int length = START.length();
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            String encoded = encode(c);
            if (length + encoded.length() + END.length() > MAX_WORD) {
                out.append(END).append("\r\n ").append(START);
                length = START.length();
            }
            out.append(encoded);
            length += encoded.length();
        }
        return out.append(END).toString();
    }

    private static String encode(int c) {
        if (c == ' ') {
            return "_";
        }
        if (c > ' ' && c < 0x7f && c != '=' && c != '?' && c != '_') {
            return Character.toString(c);
        }
        var out = new StringBuilder();
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
            out.append('=').append(String.format("%02X", b & 0xff));
        }
        return out.toString();
    }
}
