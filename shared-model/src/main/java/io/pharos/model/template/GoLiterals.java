package io.pharos.model.template;

import io.pharos.model.text.GoText;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads Go's literals: strings, characters, numbers.
final class GoLiterals {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private GoLiterals() {}

    /// The value of a quoted or raw string, quotes included in `quoted`.
    static String unquote(String quoted) {
        char quote = quoted.charAt(0);
        String body = quoted.substring(1, quoted.length() - 1);
        if (quote == '`') {
            return body.replace("\r", "");
        }
        return unescape(body, quote);
    }

    private static String unescape(String body, char quote) {
        if (body.indexOf('\\') < 0 && body.indexOf(quote) < 0) {
            return body;
        }
        var out = new ByteArrayOutputStream(body.length());
        int i = 0;
        while (i < body.length()) {
            int c = body.codePointAt(i);
            i += Character.charCount(c);
            if (c == quote || c == '\n') {
                throw new TemplateException("invalid syntax");
            }
            if (c != '\\') {
                append(out, c);
                continue;
            }
            if (i >= body.length()) {
                throw new TemplateException("invalid syntax");
            }
            char escape = body.charAt(i++);
            switch (escape) {
                case 'a' -> out.write(7);
                case 'b' -> out.write('\b');
                case 'f' -> out.write('\f');
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'v' -> out.write(11);
                case '\\' -> out.write('\\');
                case 'x' -> {
                    out.write(number(body, i, 2, 16));
                    i += 2;
                }
                case 'u', 'U' -> {
                    int digits = escape == 'u' ? 4 : 8;
                    int code = number(body, i, digits, 16);
                    if (code < 0 || code > 0x10FFFF || code >= 0xD800 && code < 0xE000) {
                        throw new TemplateException("invalid syntax");
                    }
                    append(out, code);
                    i += digits;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    int value = number(body, i - 1, 3, 8);
                    if (value > 255) {
                        throw new TemplateException("invalid syntax");
                    }
                    out.write(value);
                    i += 2;
                }
                default -> {
                    if (escape != quote) {
                        throw new TemplateException("invalid syntax");
                    }
                    out.write(quote);
                }
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void append(ByteArrayOutputStream out, int codePoint) {
        out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private static int number(String body, int from, int digits, int radix) {
        if (from + digits > body.length()) {
            throw new TemplateException("invalid syntax");
        }
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(body.charAt(i), radix);
            if (digit < 0 || body.charAt(i) >= 0x80) {
                throw new TemplateException("invalid syntax");
            }
            value = value * radix + digit;
        }
        return value > Integer.MAX_VALUE ? -1 : (int) value;
    }

    static Node.Numeral number(Token token) {
        String text = token.text();
        if (token.kind() == Token.Kind.CHAR_CONSTANT) {
            String value = text.length() < 3 ? "" : unescape(text.substring(1, text.length() - 1), '\'');
            if (value.codePointCount(0, value.length()) != 1) {
                throw new TemplateException("malformed character constant: " + text);
            }
            long code = value.codePointAt(0);
            return new Node.Numeral(token.position(), code, code, false, text);
        }
        if (token.kind() == Token.Kind.COMPLEX || text.endsWith("i") && !text.startsWith("0x")) {
            throw new TemplateException("complex numbers are not supported: " + text);
        }
        BigInteger integer = integer(text);
        if (integer != null) {
            if (integer.compareTo(MIN) < 0 || integer.compareTo(MAX_UNSIGNED) > 0) {
                throw new TemplateException("integer overflow: " + GoText.quote(text));
            }
            // An unsigned one that no int holds keeps its float alone; using it as an int is a run error.
            return new Node.Numeral(
                    token.position(),
                    integer.bitLength() < 64 ? integer.longValue() : null,
                    integer.doubleValue(),
                    false,
                    text);
        }
        boolean looksFloat = text.chars().anyMatch(c -> ".eEpP".indexOf(c) >= 0);
        double value;
        try {
            value = floating(text);
        } catch (NumberFormatException e) {
            throw new TemplateException("illegal number syntax: " + GoText.quote(text));
        }
        if (!looksFloat) {
            throw new TemplateException("integer overflow: " + GoText.quote(text));
        }
        boolean integral = value == Math.rint(value) && Math.abs(value) < 0x1p63;
        return new Node.Numeral(token.position(), integral ? (long) value : null, value, true, text);
    }

    private static double floating(String text) {
        if (text.indexOf('_') >= 0 && !underscoresOk(text)) {
            throw new NumberFormatException(text);
        }
        return GoText.parseFloat(text.replace("_", ""));
    }

    /// `strconv.ParseInt(text, 0, …)`; null where it is none.
    static @Nullable BigInteger integer(String text) {
        boolean negative = text.startsWith("-");
        String body = negative || text.startsWith("+") ? text.substring(1) : text;
        if (body.isEmpty() || body.indexOf('_') >= 0 && !underscoresOk(body)) {
            return null;
        }
        int radix = 10;
        String digits = body;
        if (body.length() > 1 && body.charAt(0) == '0') {
            char prefix = Character.toLowerCase(body.charAt(1));
            radix = prefix == 'x' ? 16 : prefix == 'b' ? 2 : 8;
            digits = body.substring(prefix == 'x' || prefix == 'b' || prefix == 'o' ? 2 : 1);
        }
        digits = digits.replace("_", "");
        if (digits.isEmpty() || digits.startsWith("-") || digits.startsWith("+")) {
            return null;
        }
        try {
            BigInteger value = new BigInteger(digits, radix);
            return negative ? value.negate() : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /// An underscore stands between digits, or between a base prefix and a digit.
    private static boolean underscoresOk(String text) {
        String body = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        boolean prefixed = body.length() > 1 && body.charAt(0) == '0' && "xXoObB".indexOf(body.charAt(1)) >= 0;
        boolean afterDigit = prefixed;
        for (int i = prefixed ? 2 : 0; i < body.length(); i++) {
            char c = body.charAt(i);
            boolean digit = Character.digit(c, prefixed && Character.toLowerCase(body.charAt(1)) == 'x' ? 16 : 10) >= 0;
            if (c == '_' && (!afterDigit || i + 1 == body.length() || Character.digit(body.charAt(i + 1), 16) < 0)) {
                return false;
            }
            afterDigit = digit;
        }
        return true;
    }
}
