package io.pharos.model.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.MetricType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the two text formats share: the scanner's position, the parts of a series, and how errors read.
///
/// A scanner state decides what a byte may begin. `start` is where the token now read begins, `at` where it
/// ends or where the scanner got stuck; `line` is where the entry began. `offsets[2k]`, `offsets[2k+1]` bound
/// the metric's name, then a label's name and value in turn; −1 means that the name is still to come, within
/// the braces.
abstract sealed class LineFormat extends ExpositionParser permits TextFormat, OpenMetricsFormat {
    /// Scanner states.
    static final int INIT = 0;
    static final int META1 = 1;
    static final int META2 = 2;
    static final int LABELS = 3;
    static final int LVALUE = 4;
    static final int VALUE = 5;
    static final int TIMESTAMP = 6;
    static final int EXEMPLAR = 7;
    static final int EVALUE = 8;
    static final int ETIMESTAMP = 9;
    static final int IN_COMMENT = 10;

    int end;
    int at;
    int start;
    int line;
    int state;
    int[] offsets = new int[34];
    int offsetCount;
    /// Whether the series now read was not split into its parts, because its key was expected.
    boolean quick;
    private int textFrom;
    private int textTo;
    private int familyFrom;
    private int familyTo;
    private @Nullable String familyName;
    private @Nullable LineFormat other;

    abstract Token scan();

    final void offset(int value) {
        if (offsetCount == offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
        offsets[offsetCount++] = value;
    }

    /// The byte at the scanner, 0 behind the end.
    final int current() {
        return at < end ? bytes[at] : 0;
    }

    static boolean isNameStart(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    final Token metricName() {
        if (!isNameStart(current()) && current() != ':') {
            return Token.INVALID;
        }
        at++;
        while (at < end && (isNameStart(bytes[at]) || isDigit(bytes[at]) || bytes[at] == ':')) {
            at++;
        }
        return Token.MNAME;
    }

    final Token labelName() {
        at++;
        while (at < end && (isNameStart(bytes[at]) || isDigit(bytes[at]))) {
            at++;
        }
        return Token.LNAME;
    }

    /// A string in quotes from `at` on. A backslash takes the byte after it along, be it a quote, but no newline.
    ///
    /// @param rawNewline whether a newline may stand in it
    /// @param nul whether a NUL may
    final boolean quoted(boolean rawNewline, boolean nul) {
        if (current() != '"') {
            return false;
        }
        at++;
        while (at < end) {
            int c = bytes[at];
            if (c == '"') {
                at++;
                return true;
            }
            if (c == '\n' && !rawNewline || c == 0 && !nul) {
                return false;
            }
            if (c == '\\') {
                at++;
                if (at >= end || bytes[at] == '\n') {
                    return false;
                }
            }
            at++;
        }
        return false;
    }

    final boolean follows(String word) {
        if (end - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    final ExpositionException error(String wanted, Token got) {
        int to = Math.min(end, at + 1);
        return new ExpositionException(wanted + ", got " + Utf8.quote(bytes, start, to) + " (\"" + got
                + "\") while parsing: " + Utf8.quote(bytes, line, to));
    }

    final ExpositionException failed(String what) {
        return new ExpositionException(what + " while parsing: " + Utf8.quote(bytes, line, at));
    }

    final double parseFloat(int from, int to) {
        try {
            return Floats.parse(bytes, from, to);
        } catch (NumberFormatException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    /// Reads a plain decimal at `from` into [#value] and returns where it ends, −1 where no plain decimal stands there.
    /// A byte that belongs to no number must stand before the end of the array. Allocates nothing.
    final int plainFloat(int from) {
        byte[] b = bytes;
        boolean negative = b[from] == '-';
        int p = negative ? from + 1 : from;
        int first = p;
        long mantissa = 0;
        int digit;
        while ((digit = b[p] - '0') >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            p++;
        }
        int digits = p - first;
        int decimals = 0;
        if (b[p] == '.') {
            int dot = ++p;
            while ((digit = b[p] - '0') >= 0 && digit <= 9) {
                mantissa = mantissa * 10 + digit;
                p++;
            }
            decimals = p - dot;
            digits += decimals;
        }
        if (digits == 0) {
            return -1;
        }
        boolean exponent = b[p] == 'e' || b[p] == 'E';
        if (!exponent && digits <= 18 && (decimals == 0 || mantissa < 1L << 53)) {
            // Both operands are exact, so the quotient is the nearest double.
            double v = decimals == 0 ? mantissa : mantissa / Floats.POWERS[decimals];
            value = negative ? -v : v;
            return p;
        }
        if (exponent) {
            p++;
            if (b[p] == '+' || b[p] == '-') {
                p++;
            }
            int e = p;
            while (b[p] >= '0' && b[p] <= '9') {
                p++;
            }
            if (p == e) {
                return -1;
            }
        }
        value = JavaDoubleParser.parseDouble(b, from, p - from);
        return Double.isInfinite(value) ? -1 : p;
    }

    /// Whether the key just read is the one in `[from, to)` of `guess`.
    final boolean isKey(byte[] guess, int from, int to) {
        return to > from && Arrays.equals(bytes, keyStart, keyEnd, guess, from, to);
    }

    /// Notes the family named by the token just read, quotes taken off.
    final void readFamily() {
        boolean quotes = bytes[start] == '"';
        familyFrom = quotes ? start + 1 : start;
        familyTo = quotes ? at - 1 : at;
        familyName = null;
    }

    @Override
    public final String family() {
        String known = familyName;
        if (known == null) {
            // As written: Prometheus takes off the quotes alone.
            known = new String(bytes, familyFrom, familyTo - familyFrom, UTF_8);
            familyName = known;
        }
        return known;
    }

    @Override
    public String text() {
        return unescape(rawText(), false);
    }

    /// Notes the range of a metadata text.
    final void readText(int from, int to) {
        textFrom = from;
        textTo = Math.max(from, to);
    }

    final String rawText() {
        return new String(bytes, textFrom, textTo - textFrom, UTF_8);
    }

    /// Takes the text just read as the type.
    ///
    /// @param names each with its type beside it in `types`
    final void readType(byte[][] names, MetricType[] types) {
        for (int i = 0; i < names.length; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, bytes, textFrom, textTo)) {
                type = types[i];
                return;
            }
        }
        throw new ExpositionException("invalid metric type " + Utf8.quote(bytes, textFrom, textTo));
    }

    static byte[][] ascii(String... names) {
        var all = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            all[i] = names[i].getBytes(UTF_8);
        }
        return all;
    }

    final void readHelp() {
        if (!Utf8.isValid(bytes, textFrom, textTo)) {
            throw new ExpositionException(
                    "help text " + Utf8.quote(bytes, textFrom, textTo) + " is not a valid utf8 string");
        }
    }

    @Override
    public final void labels(ExposedLabels into) {
        if (quick) {
            labelsOf(bytes, keyStart, keyEnd, type, into);
            return;
        }
        into.clear();
        into.add(Labels.METRIC_NAME, name(0));
        for (int i = 2; i + 3 < offsetCount; i += 4) {
            String name = name(i);
            String labelValue =
                    unescape(new String(bytes, offsets[i + 2], offsets[i + 3] - offsets[i + 2], UTF_8), true);
            boolean number = type == MetricType.HISTOGRAM && name.equals("le")
                    || type == MetricType.SUMMARY && name.equals("quantile");
            into.add(name, number ? Floats.normalized(labelValue) : labelValue);
        }
    }

    private String name(int i) {
        if (!Utf8.isValid(bytes, offsets[i], offsets[i + 1])) {
            throw new ExpositionException("invalid metric name or label names: "
                    + Utf8.quote(bytes, offsets[i], offsets[i + 1]) + " is not UTF-8");
        }
        return unescape(new String(bytes, offsets[i], offsets[i + 1] - offsets[i], UTF_8), true);
    }

    /// Another parser of this format.
    abstract LineFormat again();

    @Override
    public final void labelsOf(byte[] of, int from, int to, MetricType as, ExposedLabels into) {
        if (other == null) {
            other = again();
        }
        byte[] body = Arrays.copyOfRange(of, from, to + 4);
        int length = to - from;
        body[length] = ' ';
        body[length + 1] = '0';
        body[length + 2] = '\n';
        other.reset(body, length + 3);
        other.type = as;
        other.next();
        other.labels(into);
    }

    /// `\\` and `\n`, and `\"` where `quotes`; any other backslash stands for itself.
    static String unescape(String escaped, boolean quotes) {
        int slash = escaped.indexOf('\\');
        if (slash < 0) {
            return escaped;
        }
        var out = new StringBuilder(escaped.length());
        int from = 0;
        while (slash >= 0 && slash + 1 < escaped.length()) {
            char c = escaped.charAt(slash + 1);
            if (c == '\\' || c == 'n' || quotes && c == '"') {
                out.append(escaped, from, slash).append(c == 'n' ? '\n' : c);
                from = slash + 2;
                slash = escaped.indexOf('\\', from);
            } else {
                slash = escaped.indexOf('\\', slash + 1);
            }
        }
        return out.append(escaped, from, escaped.length()).toString();
    }

    /// Reads the labels of a series after its opening brace, and its name where it stands there.
    ///
    /// @param strict whether only a comma or the closing brace may follow a label
    final void readLabels(boolean strict) {
        Token token = next1();
        while (true) {
            int from = start;
            int to = at;
            switch (token) {
                case BCLOSE -> {
                    return;
                }
                case LNAME, QSTRING -> {}
                default -> throw error("expected label name", token);
            }
            token = next1();
            if (token == Token.COMMA || token == Token.BCLOSE) {
                // A name in quotes that no value follows is the metric's; an exemplar (−2) has none.
                if (offsets[0] == -2 || bytes[from] != '"') {
                    throw error("expected label name", token);
                }
                if (offsets[0] != -1) {
                    throw failed("metric name already set");
                }
                offsets[0] = from + 1;
                offsets[1] = to - 1;
                if (token == Token.BCLOSE) {
                    return;
                }
                token = next1();
                continue;
            }
            boolean quotes = bytes[from] == '"';
            offset(quotes ? from + 1 : from);
            offset(quotes ? to - 1 : to);
            if (token != Token.EQUAL) {
                throw error("expected equal", token);
            }
            token = next1();
            if (token != Token.LVALUE) {
                throw error("expected label value", token);
            }
            if (!Utf8.isValid(bytes, start, at)) {
                throw new ExpositionException("invalid UTF-8 label value: " + Utf8.quote(bytes, start, at));
            }
            offset(start + 1);
            offset(at - 1);
            token = next1();
            if (token == Token.COMMA) {
                token = next1();
            } else if (strict && token != Token.BCLOSE) {
                throw error("expected comma or brace close", token);
            }
        }
    }

    /// The next token that counts.
    abstract Token next1();
}
