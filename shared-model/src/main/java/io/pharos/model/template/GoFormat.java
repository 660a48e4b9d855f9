package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `fmt`: prints values by verbs, or as `%v`.
final class GoFormat {
    /// Wider is refused, as Go does.
    private static final int MAX_WIDTH = 1_000_000;

    private final StringBuilder out = new StringBuilder();
    private final Spec spec = new Spec();
    private boolean reordered;
    private boolean goodIndex;
    private boolean erroring;
    private String format = "";
    private Object[] arguments = {};

    private GoFormat() {}

    /// `fmt.Sprint` of one value.
    static String value(Object value) {
        if (value instanceof String s) {
            return s;
        }
        var printer = new GoFormat();
        printer.argument(value, 'v');
        return printer.out.toString();
    }

    /// `fmt.Sprint`: a space between two values where neither is a string.
    static String print(Object... values) {
        var printer = new GoFormat();
        for (int i = 0; i < values.length; i++) {
            boolean bothOther = i > 0 && Kinds.of(values[i]) != Kinds.STRING && Kinds.of(values[i - 1]) != Kinds.STRING;
            if (bothOther) {
                printer.out.append(' ');
            }
            printer.argument(values[i], 'v');
        }
        return printer.out.toString();
    }

    static String println(Object... values) {
        var printer = new GoFormat();
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                printer.out.append(' ');
            }
            printer.argument(values[i], 'v');
        }
        return printer.out.append('\n').toString();
    }

    static String sprintf(String format, Object... values) {
        var printer = new GoFormat();
        printer.format = format;
        printer.arguments = values;
        printer.run();
        return printer.out.toString();
    }

    /// Flags, width and precision of one verb.
    static final class Spec {
        boolean plus;
        boolean minus;
        boolean sharp;
        boolean space;
        boolean zero;
        boolean plusV;
        boolean sharpV;
        int width = -1;
        int precision = -1;

        private void clear() {
            plus = minus = sharp = space = zero = plusV = sharpV = false;
            width = precision = -1;
        }
    }

    private void run() {
        int i = 0;
        int next = 0;
        int end = format.length();
        reordered = false;
        while (i < end) {
            int percent = format.indexOf('%', i);
            if (percent < 0) {
                percent = end;
            }
            out.append(format, i, percent);
            if (percent == end) {
                break;
            }
            i = flags(percent + 1);
            goodIndex = true;
            Index index = index(next, i);
            next = index.argument;
            i = index.at;
            boolean afterIndex = index.found;
            if (i < end && format.charAt(i) == '*') {
                i++;
                spec.width = star(next++);
                if (spec.width == Integer.MIN_VALUE) {
                    out.append("%!(BADWIDTH)");
                    spec.width = -1;
                } else if (spec.width < 0) {
                    spec.width = -spec.width;
                    spec.minus = true;
                    spec.zero = false;
                }
                afterIndex = false;
            } else {
                int start = i;
                i = digits(i);
                if (i > start) {
                    spec.width = number(start, i);
                    goodIndex &= !afterIndex;
                }
            }
            if (i < end && format.charAt(i) == '.') {
                i++;
                goodIndex &= !afterIndex;
                index = index(next, i);
                next = index.argument;
                i = index.at;
                afterIndex = index.found;
                if (i < end && format.charAt(i) == '*') {
                    i++;
                    spec.precision = star(next++);
                    if (spec.precision < 0) {
                        if (spec.precision == Integer.MIN_VALUE) {
                            out.append("%!(BADPREC)");
                        }
                        spec.precision = -1;
                    }
                    afterIndex = false;
                } else {
                    int start = i;
                    i = digits(i);
                    spec.precision = i > start ? number(start, i) : 0;
                }
            }
            if (!afterIndex) {
                index = index(next, i);
                next = index.argument;
                i = index.at;
            }
            if (i >= end) {
                out.append("%!(NOVERB)");
                break;
            }
            int verb = format.codePointAt(i);
            i += Character.charCount(verb);
            if (verb == '%') {
                out.append('%');
            } else if (!goodIndex) {
                out.append("%!").appendCodePoint(verb).append("(BADINDEX)");
            } else if (next >= arguments.length) {
                out.append("%!").appendCodePoint(verb).append("(MISSING)");
            } else {
                if (verb == 'v') {
                    spec.sharpV = spec.sharp;
                    spec.sharp = false;
                    spec.plusV = spec.plus;
                    spec.plus = false;
                }
                argument(arguments[next++], verb);
            }
        }
        if (!reordered && next < arguments.length) {
            extra(next);
        }
    }

    private void extra(int from) {
        spec.clear();
        out.append("%!(EXTRA ");
        for (int i = from; i < arguments.length; i++) {
            if (i > from) {
                out.append(", ");
            }
            if (arguments[i] instanceof Nil) {
                out.append("<nil>");
            } else {
                out.append(Kinds.typeName(arguments[i])).append('=');
                argument(arguments[i], 'v');
            }
        }
        out.append(')');
    }

    private int flags(int from) {
        spec.clear();
        int i = from;
        while (i < format.length()) {
            switch (format.charAt(i)) {
                case '#' -> spec.sharp = true;
                case '0' -> spec.zero = true;
                case '+' -> spec.plus = true;
                case '-' -> spec.minus = true;
                case ' ' -> spec.space = true;
                default -> {
                    return i;
                }
            }
            i++;
        }
        return i;
    }

    private record Index(int argument, int at, boolean found) {}

    /// An explicit `[n]`.
    private Index index(int next, int at) {
        if (at >= format.length() || format.charAt(at) != '[') {
            return new Index(next, at, false);
        }
        reordered = true;
        int close = format.indexOf(']', at);
        if (close < 0) {
            goodIndex = false;
            return new Index(next, at + 1, false);
        }
        int stop = digits(at + 1);
        if (stop == close && stop > at + 1) {
            int n = number(at + 1, stop) - 1;
            if (n >= 0 && n < arguments.length) {
                return new Index(n, close + 1, true);
            }
            goodIndex = false;
            return new Index(next, close + 1, true);
        }
        goodIndex = false;
        return new Index(next, close + 1, false);
    }

    private int digits(int from) {
        int i = from;
        while (i < format.length() && format.charAt(i) >= '0' && format.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    private int number(int from, int to) {
        return to - from > 7 ? MAX_WIDTH : Math.min(MAX_WIDTH, Integer.parseInt(format, from, to, 10));
    }

    private int star(int argument) {
        if (argument < arguments.length && arguments[argument] instanceof Long n && Math.abs(n) <= MAX_WIDTH) {
            return n.intValue();
        }
        return Integer.MIN_VALUE;
    }

    private void argument(Object value, int verb) {
        if (value instanceof Nil) {
            if (verb == 'T' || verb == 'v') {
                pad("<nil>");
            } else {
                badVerb(value, verb);
            }
            return;
        }
        if (verb == 'T') {
            text(Kinds.typeName(value), 's', value);
            return;
        }
        if (verb == 'p') {
            badVerb(value, verb);
            return;
        }
        print(value, verb, 0);
    }

    private void print(Object value, int verb, int depth) {
        if (!erroring && !spec.sharpV && "vsxXq".indexOf(verb) >= 0) {
            String text = stringer(value);
            if (text != null) {
                text(text, verb, value);
                return;
            }
        }
        switch (value) {
            case Nil _ -> out.append("<nil>");
            case Boolean b -> {
                if (verb == 't' || verb == 'v') {
                    pad(b ? "true" : "false");
                } else {
                    badVerb(value, verb);
                }
            }
            case Long n -> integer(n, n, verb, false);
            case GoInt n -> integer(n, n.value(), verb, n.unsigned());
            case Double d -> floating(d, verb);
            case String s -> text(s, verb, value);
            case TrustedText t -> text(t.value(), verb, value);
            case GoList list -> list(list, verb, depth);
            case GoMap map -> map(map, verb, depth);
            case GoStruct struct -> struct(struct, verb, depth);
            case GoTime time -> text(time.toString(), verb == 'd' ? 'v' : verb, value);
            default -> text(value.toString(), verb, value);
        }
    }

    private static @Nullable String stringer(Object value) {
        return switch (value) {
            case GoInt n -> n.hasText() ? n.text() : null;
            case GoList list -> list.text();
            case GoMap map -> map.text();
            case GoStruct struct -> struct.text();
            case GoTime time -> time.toString();
            default -> null;
        };
    }

    private void list(GoList list, int verb, int depth) {
        out.append(spec.sharpV ? list.typeName() + "{" : "[");
        boolean first = true;
        for (Object item : list.items()) {
            if (!first) {
                out.append(spec.sharpV ? ", " : " ");
            }
            first = false;
            element(item, verb, depth);
        }
        out.append(spec.sharpV ? '}' : ']');
    }

    private void map(GoMap map, int verb, int depth) {
        out.append(spec.sharpV ? map.typeName() + "{" : "map[");
        boolean first = true;
        for (Map.Entry<String, Object> entry : map.entries().entrySet()) {
            if (!first) {
                out.append(spec.sharpV ? ", " : " ");
            }
            first = false;
            print(entry.getKey(), verb, depth + 1);
            out.append(':');
            element(entry.getValue(), verb, depth);
        }
        out.append(spec.sharpV ? '}' : ']');
    }

    private void struct(GoStruct struct, int verb, int depth) {
        if (struct.pointer()) {
            out.append('&');
        }
        if (spec.sharpV) {
            out.append(struct.pointer() ? struct.typeName().substring(1) : struct.typeName());
        }
        out.append('{');
        boolean first = true;
        for (GoStruct.Field field : struct.fields()) {
            if (!first) {
                out.append(spec.sharpV ? ", " : " ");
            }
            first = false;
            if (spec.plusV || spec.sharpV) {
                out.append(field.name()).append(':');
            }
            element(field.value(), verb, depth);
        }
        out.append('}');
    }

    private void element(Object item, int verb, int depth) {
        if (item instanceof Nil) {
            out.append("<nil>");
        } else {
            print(item, verb, depth + 1);
        }
    }

    private void badVerb(Object value, int verb) {
        erroring = true;
        out.append("%!").appendCodePoint(verb).append('(');
        if (value instanceof Nil) {
            out.append("<nil>");
        } else {
            out.append(Kinds.typeName(value)).append('=');
            print(value, 'v', 0);
        }
        out.append(')');
        erroring = false;
    }

    private void text(String text, int verb, Object value) {
        switch (verb) {
            case 'v', 's' -> {
                if (verb == 'v' && spec.sharpV) {
                    pad(GoText.quote(text));
                } else {
                    pad(truncated(text));
                }
            }
            case 'q' -> {
                String cut = truncated(text);
                boolean raw = spec.sharp
                        && cut.indexOf('`') < 0
                        && cut.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7f);
                pad(raw ? "`" + cut + "`" : GoText.quote(cut));
            }
            case 'x', 'X' -> pad(hex(Kinds.utf8(text), verb));
            default -> badVerb(value, verb);
        }
    }

    private String truncated(String text) {
        if (spec.precision >= 0 && text.codePointCount(0, text.length()) > spec.precision) {
            return text.substring(0, text.offsetByCodePoints(0, spec.precision));
        }
        return text;
    }

    private String hex(byte[] bytes, int verb) {
        int length = spec.precision >= 0 ? Math.min(spec.precision, bytes.length) : bytes.length;
        String prefix = verb == 'x' ? "0x" : "0X";
        var hex = new StringBuilder();
        for (int i = 0; i < length; i++) {
            if (spec.space && i > 0) {
                hex.append(' ');
            }
            if (spec.sharp && (spec.space || i == 0)) {
                hex.append(prefix);
            }
            hex.append(String.format(verb == 'x' ? "%02x" : "%02X", bytes[i] & 0xff));
        }
        return hex.toString();
    }

    private void integer(Object value, long n, int verb, boolean unsigned) {
        switch (verb) {
            case 'v' -> {
                if (spec.sharpV && unsigned) {
                    pad("0x" + Long.toUnsignedString(n, 16));
                } else {
                    digits(n, 10, false, "");
                }
            }
            case 'd' -> digits(n, 10, false, "");
            case 'b' -> digits(n, 2, false, spec.sharp ? "0b" : "");
            case 'o' -> digits(n, 8, false, spec.sharp ? "0" : "");
            case 'O' -> digits(n, 8, false, "0o");
            case 'x' -> digits(n, 16, false, spec.sharp ? "0x" : "");
            case 'X' -> digits(n, 16, true, spec.sharp ? "0X" : "");
            case 'c' -> pad(Character.toString(codePoint(n)));
            case 'q' -> pad(GoText.quoteRune(codePoint(n)));
            case 'U' -> {
                String code = "U+" + String.format("%04X", n);
                boolean shown = spec.sharp && n >= 0 && n <= 0x10FFFF && GoText.isPrintable((int) n);
                spec.zero = false;
                pad(shown ? code + " '" + Character.toString((int) n) + "'" : code);
            }
            default -> badVerb(value, verb);
        }
    }

    private static int codePoint(long n) {
        return n < 0 || n > 0x10FFFF || n >= 0xD800 && n < 0xE000 ? 0xFFFD : (int) n;
    }

    private void digits(long n, int base, boolean upper, String prefix) {
        String sign = n < 0 ? "-" : spec.plus ? "+" : spec.space ? " " : "";
        String digits = n < 0 ? Long.toUnsignedString(-n, base) : Long.toString(n, base);
        boolean zero = spec.zero;
        int least = 0;
        if (spec.precision >= 0) {
            least = spec.precision;
            if (least == 0 && n == 0) {
                digits = "";
                sign = "";
            }
        } else if (zero && !spec.minus && spec.width >= 0) {
            least = spec.width - sign.length();
        }
        if (digits.length() < least) {
            digits = "0".repeat(least - digits.length()) + digits;
        }
        boolean bare = prefix.equals("0") && digits.startsWith("0");
        spec.zero = false;
        pad(sign + (bare ? "" : prefix) + (upper ? digits.toUpperCase(Locale.ROOT) : digits));
        spec.zero = zero;
    }

    private void floating(double d, int verb) {
        int precision = spec.precision;
        String digits =
                switch (verb) {
                    case 'v' -> GoFloats.format(d, 'g', precision);
                    case 'e', 'E', 'f', 'F' ->
                        GoFloats.format(d, verb == 'F' ? 'f' : (char) verb, precision < 0 ? 6 : precision);
                    case 'g', 'G', 'b', 'x', 'X' -> GoFloats.format(d, (char) verb, precision);
                    default -> "";
                };
        if (digits.isEmpty()) {
            badVerb(d, verb);
            return;
        }
        boolean negative = digits.startsWith("-");
        String magnitude = negative || digits.startsWith("+") ? digits.substring(1) : digits;
        String sign = negative ? "-" : spec.plus ? "+" : spec.space ? " " : digits.startsWith("+") ? "+" : "";
        boolean zero = spec.zero;
        boolean finite = !Double.isNaN(d) && !Double.isInfinite(d);
        String shown = sign + magnitude;
        if (zero && finite && !spec.minus && spec.width > shown.length()) {
            out.append(sign).append("0".repeat(spec.width - shown.length())).append(magnitude);
        } else {
            spec.zero = false;
            pad(shown);
            spec.zero = zero;
        }
    }

    private void pad(String text) {
        int missing = spec.width < 0 ? 0 : spec.width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            out.append(text);
        } else if (spec.minus) {
            out.append(text).append(" ".repeat(missing));
        } else {
            out.append((spec.zero ? "0" : " ").repeat(missing)).append(text);
        }
    }
}
