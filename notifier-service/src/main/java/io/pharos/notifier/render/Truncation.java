package io.pharos.notifier.render;

import java.nio.charset.StandardCharsets;

/// Cuts texts to what a service takes, and marks the cut by `…` (`notify/util.go` of Alertmanager 0.34).
public final class Truncation {
    private static final String MARK = "…";
    private static final int MARK_BYTES = 3;

    private Truncation() {}

    /// At most `most` code points, the mark included; for 3 and fewer there is no mark.
    public static String runes(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        if (most <= 3) {
            return text.substring(0, text.offsetByCodePoints(0, most));
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + MARK;
    }

    /// At most `most` bytes of UTF-8, the mark included; no character is cut in two.
    public static String bytes(String text, int most) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= most) {
            return text;
        }
        return most <= MARK_BYTES ? prefix(text, most) : prefix(text, most - MARK_BYTES) + MARK;
    }

    /// The longest prefix of whole characters in `most` bytes of UTF-8.
    public static String prefix(String text, int most) {
        int at = 0;
        int bytes = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (bytes > most) {
                break;
            }
            at += Character.charCount(c);
        }
        return text.substring(0, at);
    }
}
