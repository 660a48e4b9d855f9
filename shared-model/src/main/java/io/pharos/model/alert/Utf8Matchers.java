package io.pharos.model.alert;

import io.pharos.model.labels.BadRegexException;
import io.pharos.model.labels.Matcher;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The UTF-8 grammar, read token by token. Columns in errors count code points from 0.
final class Utf8Matchers {
    private enum Kind {
        OPEN,
        CLOSE,
        COMMA,
        OPERATOR,
        QUOTED,
        UNQUOTED,
        END
    }

    private record Token(Kind kind, String text, int start, int end) {}

    private final int[] input;
    private int at;
    private @Nullable Token peeked;

    Utf8Matchers(String input) {
        this.input = input.codePoints().toArray();
    }

    AlertMatcher one() {
        List<AlertMatcher> all = all();
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no matchers");
        }
        if (all.size() > 1) {
            throw new IllegalArgumentException("expected 1 matcher, found " + all.size());
        }
        return all.getFirst();
    }

    List<AlertMatcher> all() {
        var found = new ArrayList<AlertMatcher>();
        boolean braces = peek().kind() == Kind.OPEN;
        if (braces) {
            next();
        } else if (peek().kind() == Kind.END) {
            return List.of();
        }
        while (peek().kind() != Kind.CLOSE && !(peek().kind() == Kind.END && (braces || !found.isEmpty()))) {
            found.add(matcher());
            Token after = peek();
            if (after.kind() == Kind.COMMA) {
                next();
                Token start = peek();
                if (start.kind() != Kind.CLOSE
                        && start.kind() != Kind.END
                        && start.kind() != Kind.QUOTED
                        && start.kind() != Kind.UNQUOTED) {
                    throw unexpected(start, "expected a matcher or close brace after comma");
                }
            } else if (after.kind() != Kind.CLOSE && after.kind() != Kind.END) {
                throw unexpected(after, "expected a comma or close brace");
            }
        }
        Token last = peek();
        if (braces) {
            if (last.kind() != Kind.CLOSE) {
                throw new IllegalArgumentException("0:" + input.length + ": end of input: expected close brace");
            }
            next();
        } else if (last.kind() == Kind.CLOSE) {
            throw new IllegalArgumentException("0:" + last.end() + ": }: expected opening brace");
        }
        Token end = peek();
        if (end.kind() != Kind.END) {
            throw new IllegalArgumentException(
                    end.start() + ":" + end.end() + ": " + end.text() + ": expected end of input");
        }
        return List.copyOf(found);
    }

    private AlertMatcher matcher() {
        String name = text("expected label name");
        Token operator = next();
        if (operator.kind() != Kind.OPERATOR) {
            throw unexpected(operator, "expected an operator such as '=', '!=', '=~' or '!~'");
        }
        Matcher.Type type = typeOf(operator.text());
        String value = text("expected label value");
        try {
            return new AlertMatcher(type, name, value);
        } catch (BadRegexException e) {
            throw new IllegalArgumentException("failed to create matcher: " + e.getMessage(), e);
        }
    }

    private static Matcher.Type typeOf(String symbol) {
        for (Matcher.Type type : Matcher.Type.values()) {
            if (type.symbol().equals(symbol)) {
                return type;
            }
        }
        throw new IllegalStateException("bug: no matcher type " + symbol);
    }

    private String text(String expected) {
        Token token = next();
        return switch (token.kind()) {
            case UNQUOTED -> token.text();
            case QUOTED -> {
                String read = unquote(token.text());
                if (read == null) {
                    throw new IllegalArgumentException(
                            token.start() + ":" + token.end() + ": " + token.text() + ": invalid input");
                }
                yield read;
            }
            case OPEN, CLOSE, COMMA, OPERATOR, END -> throw unexpected(token, expected);
        };
    }

    private static IllegalArgumentException unexpected(Token token, String expected) {
        return new IllegalArgumentException(
                token.kind() == Kind.END
                        ? token.start() + ":" + token.end() + ": end of input: " + expected
                        : token.start() + ":" + token.end() + ": unexpected " + token.text() + ": " + expected);
    }

    private Token peek() {
        if (peeked == null) {
            peeked = scan();
        }
        return peeked;
    }

    private Token next() {
        Token token = peek();
        peeked = null;
        return token;
    }

    private Token scan() {
        while (at < input.length && MatcherParser.isSpace(input[at])) {
            at++;
        }
        int start = at;
        if (at == input.length) {
            return new Token(Kind.END, "", start, start);
        }
        int c = input[at++];
        return switch (c) {
            case '{' -> token(Kind.OPEN, start);
            case '}' -> token(Kind.CLOSE, start);
            case ',' -> token(Kind.COMMA, start);
            case '=' -> {
                if (at < input.length && input[at] == '~') {
                    at++;
                }
                yield token(Kind.OPERATOR, start);
            }
            case '!' -> {
                if (at == input.length || input[at] != '=' && input[at] != '~') {
                    throw new IllegalArgumentException(start + ":" + at + ": "
                            + (at == input.length ? "end of input" : "unexpected " + slice(at, at + 1))
                            + ": expected one of '=~'");
                }
                at++;
                yield token(Kind.OPERATOR, start);
            }
            case '"' -> quoted(start);
            default -> {
                if (MatcherParser.isReserved(c)) {
                    throw new IllegalArgumentException(start + ":" + at + ": " + slice(start, at) + ": invalid input");
                }
                while (at < input.length && !MatcherParser.isReserved(input[at])) {
                    at++;
                }
                yield token(Kind.UNQUOTED, start);
            }
        };
    }

    private Token quoted(int start) {
        boolean escaped = false;
        while (at < input.length) {
            int c = input[at++];
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                return token(Kind.QUOTED, start);
            }
        }
        throw new IllegalArgumentException(start + ":" + at + ": " + slice(start, at) + ": missing end \"");
    }

    private Token token(Kind kind, int start) {
        return new Token(kind, slice(start, at), start, at);
    }

    private String slice(int start, int end) {
        return new String(input, start, end - start);
    }

    /// The text of a Go string literal in double quotes, null where Go would refuse it or it is no valid UTF-8.
    private static @Nullable String unquote(String literal) {
        var out = new ByteArrayOutputStream();
        int end = literal.length() - 1;
        for (int i = 1; i < end; ) {
            int c = literal.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\n') {
                return null;
            }
            if (c != '\\') {
                out.writeBytes(new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char escape = literal.charAt(i++);
            int simple = "abfnrtv\\\"".indexOf(escape);
            if (simple >= 0) {
                out.write("\u0007\b\f\n\r\t\u000b\\\"".charAt(simple));
                continue;
            }
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 3;
            int radix = escape >= '0' && escape <= '7' ? 8 : 16;
            if (radix == 16 && digits == 3) {
                return null;
            }
            int from = radix == 8 ? i - 1 : i;
            if (from + digits > end) {
                return null;
            }
            long code = 0;
            for (int d = from; d < from + digits; d++) {
                int digit = Character.digit(literal.charAt(d), radix);
                if (digit < 0) {
                    return null;
                }
                code = code * radix + digit;
            }
            i = from + digits;
            if (digits <= 3) {
                if (code > 255) {
                    return null;
                }
                out.write((int) code);
            } else if (code > Character.MAX_CODE_POINT || code >= 0xD800 && code < 0xE000) {
                return null;
            } else {
                out.writeBytes(new String(Character.toChars((int) code)).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(out.toByteArray()))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }
}
