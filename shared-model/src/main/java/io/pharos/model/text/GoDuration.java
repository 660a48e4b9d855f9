package io.pharos.model.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/// Durations as Go's `time.ParseDuration` reads them: `1.5h`, `500ms`, `-1m30s`, `0`; no days, weeks or years.
public final class GoDuration {
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /// Nanoseconds. Fails with [IllegalArgumentException] in Go's words.
    public static long parse(String text) {
        String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return 0;
        }
        if (rest.isEmpty()) {
            throw invalid(text);
        }
        BigDecimal sum = BigDecimal.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int start = at;
            int dots = 0;
            while (at < rest.length() && (isDigit(rest.charAt(at)) || rest.charAt(at) == '.')) {
                dots += rest.charAt(at) == '.' ? 1 : 0;
                at++;
            }
            if (dots > 1 || at - start <= dots) {
                throw invalid(text);
            }
            int unit = at;
            while (at < rest.length() && !isDigit(rest.charAt(at)) && rest.charAt(at) != '.') {
                at++;
            }
            String name = rest.substring(unit, at);
            if (name.isEmpty()) {
                throw new IllegalArgumentException("time: missing unit in duration " + GoText.quote(text));
            }
            Long nanos = NANOS.get(name);
            if (nanos == null) {
                throw new IllegalArgumentException(
                        "time: unknown unit " + GoText.quote(name) + " in duration " + GoText.quote(text));
            }
            sum = sum.add(new BigDecimal(rest.substring(start, unit))
                    .multiply(BigDecimal.valueOf(nanos))
                    .setScale(0, RoundingMode.DOWN));
        }
        if (sum.toBigInteger().bitLength() > 63) {
            throw invalid(text);
        }
        return text.startsWith("-") ? -sum.longValue() : sum.longValue();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration " + GoText.quote(text));
    }
}
