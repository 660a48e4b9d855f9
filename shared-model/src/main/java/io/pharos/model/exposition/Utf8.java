package io.pharos.model.exposition;

import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;

/// UTF-8 in byte ranges.
final class Utf8 {
    private static final String HEX = "0123456789abcdef";

    private Utf8() {}

    /// Length of the valid sequence at `at`, 0 if there is none before `end`.
    private static int sequence(byte[] bytes, int at, int end) {
        int c = bytes[at] & 0xff;
        if (c < 0x80) {
            return 1;
        }
        int length = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
        if (length == 0 || at + length > end) {
            return 0;
        }
        int second = bytes[at + 1] & 0xff;
        int low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        int high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (bytes[at] >= 0) {
                at++;
                continue;
            }
            int length = sequence(bytes, at, to);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /// Go's `%q` of bytes: what is not UTF-8 as `\xNN`.
    static String quote(byte[] bytes, int from, int to) {
        var out = new StringBuilder("\"");
        int at = from;
        while (at < to) {
            int start = at;
            int length = 0;
            while (at < to && (length = sequence(bytes, at, to)) > 0) {
                at += length;
            }
            String run = GoText.quote(new String(bytes, start, at - start, StandardCharsets.UTF_8));
            out.append(run, 1, run.length() - 1);
            if (at < to) {
                int c = bytes[at++] & 0xff;
                out.append("\\x").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.append('"').toString();
    }
}
