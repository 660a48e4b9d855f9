package io.pharos.model.text;

import java.util.List;

/// Durations of configuration files and flags, as Prometheus reads them: `1h30m`, `15d`, `0`. Units `y w d h m s
/// ms` in that order, each once, integers only, no sign (`model.ParseDuration`).
public final class PromDuration {
    private static final List<String> UNITS = List.of("y", "w", "d", "h", "m", "s", "ms");
    private static final long[] MS = {365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1};
    private static final long MAX_MS = Long.MAX_VALUE / 1_000_000;

    private PromDuration() {}

    /// Milliseconds. Fails with [IllegalArgumentException] in Prometheus' words.
    public static long parse(String text) {
        if (text.equals("0")) {
            return 0;
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty duration string");
        }
        long sum = 0;
        int at = 0;
        int unit = 0;
        while (at < text.length()) {
            int digits = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (at == digits) {
                throw invalid(text);
            }
            int end = at;
            while (end < text.length() && (text.charAt(end) < '0' || text.charAt(end) > '9')) {
                end++;
            }
            if (end == at) {
                throw invalid(text);
            }
            String name = text.substring(at, end);
            int found = UNITS.indexOf(name);
            if (found < 0) {
                throw new IllegalArgumentException(
                        "unknown unit " + GoText.quote(name) + " in duration " + GoText.quote(text));
            }
            if (found < unit) {
                throw invalid(text);
            }
            try {
                sum = Math.addExact(sum, Math.multiplyExact(Long.parseLong(text.substring(digits, at)), MS[found]));
            } catch (ArithmeticException | NumberFormatException e) {
                throw new IllegalArgumentException("duration out of range", e);
            }
            if (sum > MAX_MS) {
                throw new IllegalArgumentException("duration out of range");
            }
            unit = found + 1;
            at += name.length();
        }
        return sum;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("not a valid duration string: " + GoText.quote(text));
    }
}
