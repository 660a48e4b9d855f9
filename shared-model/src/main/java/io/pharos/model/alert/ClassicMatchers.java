package io.pharos.model.alert;

import io.pharos.model.labels.Matcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The classic grammar: `name OP rest`, where the rest, trimmed and perhaps in double quotes, is the value.
final class ClassicMatchers {
    private ClassicMatchers() {}

    static List<AlertMatcher> all(String input) {
        String text = input.startsWith("{") ? input.substring(1) : input;
        text = text.endsWith("}") ? text.substring(0, text.length() - 1) : text;
        var found = new ArrayList<AlertMatcher>();
        boolean quoted = false;
        boolean escaped = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case ',' -> {
                    // A comma leaves a pending backslash pending, as upstream does.
                    if (!quoted) {
                        found.add(one(text.substring(start, i)));
                        start = i + 1;
                    }
                }
                case '"' -> {
                    quoted = escaped ? quoted : !quoted;
                    escaped = false;
                }
                case '\\' -> escaped = !escaped;
                default -> escaped = false;
            }
        }
        String last = text.substring(start).strip();
        if (!last.isEmpty()) {
            found.add(one(last));
        }
        return List.copyOf(found);
    }

    static AlertMatcher one(String input) {
        int at = skipSpace(input, 0);
        int nameStart = at;
        while (at < input.length() && isNameChar(input.charAt(at), at == nameStart)) {
            at++;
        }
        String name = input.substring(nameStart, at);
        at = skipSpace(input, at);
        Matcher.Type type = typeAt(input, at);
        if (name.isEmpty() || type == null) {
            throw new IllegalArgumentException("bad matcher format: " + input);
        }
        at = skipSpace(input, at + type.symbol().length());
        int end = input.length();
        while (end > at && isSpace(input.charAt(end - 1))) {
            end--;
        }
        return new AlertMatcher(type, name, value(input.substring(at, end)));
    }

    private static String value(String written) {
        boolean awaitsQuote = written.startsWith("\"");
        String raw = awaitsQuote ? written.substring(1) : written;
        var out = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            boolean last = i == raw.length() - 1;
            if (c == '\\' && !last) {
                char next = raw.charAt(++i);
                switch (next) {
                    case 'n' -> out.append('\n');
                    case '"', '\\' -> out.append(next);
                    default -> out.append('\\').append(next);
                }
            } else if (c == '"') {
                if (!awaitsQuote || !last) {
                    throw new IllegalArgumentException("matcher value contains unescaped double quote: " + written);
                }
                awaitsQuote = false;
            } else {
                if (Character.isSurrogate(c) && !isPaired(raw, i)) {
                    throw new IllegalArgumentException("matcher value not valid UTF-8: " + written);
                }
                out.append(c);
            }
        }
        if (awaitsQuote) {
            throw new IllegalArgumentException("matcher value contains unescaped double quote: " + written);
        }
        return out.toString();
    }

    private static boolean isPaired(String text, int i) {
        char c = text.charAt(i);
        return Character.isHighSurrogate(c)
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    private static Matcher.@Nullable Type typeAt(String input, int at) {
        for (Matcher.Type type :
                List.of(Matcher.Type.REGEX, Matcher.Type.EQUAL, Matcher.Type.NOT_EQUAL, Matcher.Type.NOT_REGEX)) {
            if (input.startsWith(type.symbol(), at)) {
                return type;
            }
        }
        return null;
    }

    private static boolean isNameChar(char c, boolean first) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || !first && c >= '0' && c <= '9';
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }
}
