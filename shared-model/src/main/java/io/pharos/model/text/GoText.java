package io.pharos.model.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers, quotes, durations and times as Go prints and reads them (`strconv`, `fmt`, `time`; Go 1.24). The
/// one place that does so. Stateless, thread-safe.
public final class GoText {
    private static final String HEX = "0123456789abcdef";
    private static final List<String> UNIT_NAMES = List.of("y", "w", "d", "h", "m", "s", "ms");
    private static final long[] UNIT_MS = {365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1};

    private GoText() {}

    /// `strconv.FormatFloat(v, 'g', -1, 64)`, `%g`, `%v`: shortest digits that read back; an exponent where it is below
    /// −4, or 6 and more.
    public static String general(double v) {
        String special = special(v);
        if (special != null) {
            return special;
        }
        BigDecimal digits = shortest(v);
        int exponent = exponentOf(digits);
        return exponent < -4 || exponent >= 6 ? scientific(v, digits, exponent) : plain(v, digits);
    }

    /// `strconv.FormatFloat(v, 'f', -1, 64)`: shortest digits, never an exponent. `+Inf`, `-Inf`, `NaN`.
    public static String plain(double v) {
        String special = special(v);
        return special != null ? special : plain(v, shortest(v));
    }

    /// `strconv.FormatFloat(v, 'e', -1, 64)`: `1e+00`, `1.5e-07`.
    public static String scientific(double v) {
        String special = special(v);
        if (special != null) {
            return special;
        }
        BigDecimal digits = shortest(v);
        return scientific(v, digits, exponentOf(digits));
    }

    /// A sample's value in the JSON of the API (`util/jsonutil`): plain, but with an exponent where 0 < |v| < 1e-6 or
    /// |v| ≥ 1e21.
    public static String json(double v) {
        double magnitude = Math.abs(v);
        boolean exponent = magnitude != 0 && !Double.isInfinite(v) && (magnitude < 1e-6 || magnitude >= 1e21);
        return exponent ? scientific(v) : plain(v);
    }

    /// A float in OpenMetrics text (`le`, `quantile`): [#general] and `.0` where neither `.` nor `e` is present.
    public static String openMetrics(double v) {
        // A zero has no sign there.
        String text = general(v == 0 ? 0 : v);
        return Double.isNaN(v) || Double.isInfinite(v) || text.indexOf('.') >= 0 || text.indexOf('e') >= 0
                ? text
                : text + ".0";
    }

    /// `%.Nf`.
    public static String fixed(double v, int decimals) {
        String special = special(v);
        if (special != null) {
            return special;
        }
        String text =
                new BigDecimal(v).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
        return isNegative(v) && !text.startsWith("-") ? "-" + text : text;
    }

    /// `strconv.Quote`: double quotes, Go escapes.
    public static String quote(String text) {
        var out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> appendEscaped(out, c, '"'));
        return out.append('"').toString();
    }

    /// `%q` of a rune: single quotes, Go escapes.
    public static String quoteRune(int codePoint) {
        var out = new StringBuilder().append('\'');
        appendEscaped(out, codePoint, '\'');
        return out.append('\'').toString();
    }

    private static void appendEscaped(StringBuilder out, int c, char quote) {
        switch (c) {
            case 7 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 11 -> out.append("\\v");
            case '\\' -> out.append("\\\\");
            default -> {
                if (c == quote) {
                    out.append('\\').append(quote);
                } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                } else if (c < 0x80) {
                    out.append("\\x").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                } else if (c < 0x10000) {
                    out.append("\\u").append(String.format("%04x", Character.isSurrogate((char) c) ? 0xFFFD : c));
                } else {
                    out.append("\\U").append(String.format("%08x", c));
                }
            }
        }
    }

    /// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the ASCII space.
    public static boolean isPrintable(int c) {
        if (c < 0x80) {
            return c >= ' ' && c < 0x7f;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /// `time.Duration.String()` of nanoseconds: `1h0m0s`, `1.5s`, `250ms`, `0s`.
    public static String duration(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        if (nanos == Long.MIN_VALUE) {
            return "-2562047h47m16.854775808s";
        }
        long n = Math.abs(nanos);
        String text;
        if (n < 1_000) {
            text = n + "ns";
        } else if (n < 1_000_000) {
            text = fraction(n, 1_000) + "µs";
        } else if (n < 1_000_000_000) {
            text = fraction(n, 1_000_000) + "ms";
        } else {
            long seconds = n / 1_000_000_000;
            long hours = seconds / 3600;
            long minutes = seconds / 60 % 60;
            String rest = fraction(n - (seconds - seconds % 60) * 1_000_000_000, 1_000_000_000) + "s";
            text = hours > 0 ? hours + "h" + minutes + "m" + rest : minutes > 0 ? minutes + "m" + rest : rest;
        }
        return nanos < 0 ? "-" + text : text;
    }

    private static String fraction(long n, long unit) {
        return BigDecimal.valueOf(n)
                .divide(BigDecimal.valueOf(unit))
                .stripTrailingZeros()
                .toPlainString();
    }

    /// `model.Duration.String()` of milliseconds: `1h30m`, `1d`, `0s`; years, weeks and days only where they divide
    /// exactly.
    public static String promDuration(long ms) {
        if (ms == 0) {
            return "0s";
        }
        var out = new StringBuilder(ms < 0 ? "-" : "");
        long rest = Math.abs(ms);
        for (int i = 0; i < UNIT_MS.length; i++) {
            boolean onlyExact = i < 2;
            if (onlyExact && rest % UNIT_MS[i] != 0) {
                continue;
            }
            long n = rest / UNIT_MS[i];
            if (n > 0) {
                out.append(n).append(UNIT_NAMES.get(i));
                rest -= n * UNIT_MS[i];
            }
        }
        return out.toString();
    }

    /// `model.ParseDuration`: `1h30m`, `0`, units `y w d h m s ms` in this order, each at most once; in milliseconds.
    /// Fails with [IllegalArgumentException] and Prometheus' text.
    public static long parsePromDuration(String text) {
        if (text.equals("0")) {
            return 0;
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty duration string");
        }
        // Go counts in nanoseconds, so the sum stays below 2^63 of those.
        long most = Long.MAX_VALUE / 1_000_000;
        long sum = 0;
        int lastUnit = -1;
        for (int i = 0; i < text.length(); ) {
            int digits = i;
            while (i < text.length() && isDigit(text.charAt(i))) {
                i++;
            }
            int unitStart = i;
            while (i < text.length() && !isDigit(text.charAt(i))) {
                i++;
            }
            String name = text.substring(unitStart, i);
            int unit = UNIT_NAMES.indexOf(name);
            if (unitStart == digits || unitStart - digits > 18 || name.isEmpty() || unit >= 0 && unit <= lastUnit) {
                throw new IllegalArgumentException("not a valid duration string: " + quote(text));
            }
            if (unit < 0) {
                throw new IllegalArgumentException("unknown unit " + quote(name) + " in duration " + quote(text));
            }
            lastUnit = unit;
            long n = Long.parseLong(text.substring(digits, unitStart));
            if (n > most / UNIT_MS[unit] || sum + n * UNIT_MS[unit] > most) {
                throw new IllegalArgumentException("duration out of range");
            }
            sum += n * UNIT_MS[unit];
        }
        return sum;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /// `time.RFC3339Nano` in UTC: `2024-01-02T03:04:05.678Z`; trailing zeros of the fraction and an empty fraction are
    /// left out.
    public static String rfc3339(Instant at) {
        LocalDateTime t = LocalDateTime.ofEpochSecond(at.getEpochSecond(), at.getNano(), ZoneOffset.UTC);
        var out = new StringBuilder(30);
        if (t.getYear() >= 0 && t.getYear() <= 9999) {
            digits(out, t.getYear(), 1000);
        } else {
            out.append(String.format("%04d", t.getYear()));
        }
        digits(out.append('-'), t.getMonthValue(), 10);
        digits(out.append('-'), t.getDayOfMonth(), 10);
        digits(out.append('T'), t.getHour(), 10);
        digits(out.append(':'), t.getMinute(), 10);
        digits(out.append(':'), t.getSecond(), 10);
        if (t.getNano() != 0) {
            digits(out.append('.'), t.getNano(), 100_000_000);
            int end = out.length();
            while (out.charAt(end - 1) == '0') {
                end--;
            }
            out.setLength(end);
        }
        return out.append('Z').toString();
    }

    private static void digits(StringBuilder out, int value, int highest) {
        for (int unit = highest; unit > 0; unit /= 10) {
            out.append((char) ('0' + value / unit % 10));
        }
    }

    /// `strconv.ParseFloat(text, 64)`: decimal and hexadecimal floats, `inf`, `infinity`, `nan` in any case.
    /// Fails with [NumberFormatException] on anything else, and on values that overflow.
    public static double parseFloat(String text) {
        String unsigned = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        double sign = text.startsWith("-") ? -1 : 1;
        if (unsigned.equalsIgnoreCase("inf") || unsigned.equalsIgnoreCase("infinity")) {
            return sign * Double.POSITIVE_INFINITY;
        }
        if (unsigned.equalsIgnoreCase("nan")) {
            if (unsigned.length() != text.length()) {
                throw invalid(text);
            }
            return Double.longBitsToDouble(0x7ff8000000000001L);
        }
        boolean hex = unsigned.startsWith("0x") || unsigned.startsWith("0X");
        if (unsigned.startsWith("+") || unsigned.startsWith("-")) {
            throw invalid(text);
        }
        for (int i = 0; i < unsigned.length(); i++) {
            char c = unsigned.charAt(i);
            boolean digit = c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
            boolean hexDigit =
                    hex && (Character.digit(c, 16) >= 0 || c == 'x' || c == 'X' || c == 'p' || c == 'P' || c == '_');
            if (!digit && !hexDigit || c >= 0x80) {
                throw invalid(text);
            }
        }
        double v;
        try {
            String cleaned = hex ? unsigned.replace("_", "") : unsigned;
            v = Double.parseDouble(
                    hex && cleaned.indexOf('p') < 0 && cleaned.indexOf('P') < 0 ? cleaned + "p0" : cleaned);
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
        if (Double.isInfinite(v)) {
            throw new NumberFormatException("strconv.ParseFloat: parsing " + quote(text) + ": value out of range");
        }
        return sign * v;
    }

    private static NumberFormatException invalid(String text) {
        return new NumberFormatException("strconv.ParseFloat: parsing " + quote(text) + ": invalid syntax");
    }

    private static @Nullable String special(double v) {
        if (Double.isNaN(v)) {
            return "NaN";
        }
        if (Double.isInfinite(v)) {
            return v > 0 ? "+Inf" : "-Inf";
        }
        return null;
    }

    private static boolean isNegative(double v) {
        return Double.doubleToRawLongBits(v) < 0;
    }

    /// The shortest decimal that reads back as |v|.
    private static BigDecimal shortest(double v) {
        var digits = new BigDecimal(Double.toString(Math.abs(v))).stripTrailingZeros();
        if (digits.precision() == 2) {
            // Java prefers two digits where one would do; Go does not.
            var one = digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
            if (one.doubleValue() == Math.abs(v)) {
                return one.stripTrailingZeros();
            }
        }
        return digits;
    }

    private static int exponentOf(BigDecimal digits) {
        return digits.signum() == 0 ? 0 : digits.precision() - digits.scale() - 1;
    }

    private static String plain(double v, BigDecimal digits) {
        String text = digits.signum() == 0 ? "0" : digits.toPlainString();
        return isNegative(v) ? "-" + text : text;
    }

    private static String scientific(double v, BigDecimal digits, int exponent) {
        String mantissa = digits.unscaledValue().toString();
        var out = new StringBuilder(isNegative(v) ? "-" : "").append(mantissa.charAt(0));
        if (mantissa.length() > 1) {
            out.append('.').append(mantissa, 1, mantissa.length());
        }
        out.append('e').append(exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        return (magnitude < 10 ? out.append('0') : out).append(magnitude).toString();
    }
}
