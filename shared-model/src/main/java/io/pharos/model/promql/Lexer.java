package io.pharos.model.promql;

import io.pharos.model.promql.Token.Kind;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Cuts an expression into tokens, one at a time, as the parser asks for them. What a character means depends on
/// whether a brace or a bracket is open. Positions are bytes of the text in UTF-8. Fails with [ParseException]
/// where a token cannot be read.
///
/// Rules and error texts: `promql/parser/lex.go` of Prometheus 3.14.
final class Lexer {
    private static final int EOF = -1;

    private final byte[] text;
    private int at;
    private int start;
    private int openParens;
    private boolean braceOpen;
    private boolean bracketOpen;
    private boolean colonSeen;
    private boolean durationSeen;

    /// Whether the next token is read by the rules of duration expressions. They hold from `[` on until the first
    /// number or duration has been read.
    private boolean inDuration;

    Lexer(byte[] text) {
        this.text = text;
    }

    Token next() {
        while (true) {
            start = at;
            if (braceOpen) {
                skipBlanks();
                if (skipComment()) {
                    continue;
                }
                return insideBraces();
            }
            skipBlanks();
            if (inDuration) {
                return insideDuration();
            }
            if (!skipComment()) {
                return statement();
            }
        }
    }

    private void skipBlanks() {
        while (isBlank(peek())) {
            at++;
        }
        start = at;
    }

    private boolean skipComment() {
        if (peek() != '#') {
            return false;
        }
        while (peek() != EOF && peek() != '\n' && peek() != '\r') {
            at++;
        }
        return true;
    }

    private Token statement() {
        int c = peek();
        switch (c) {
            case EOF -> {
                if (openParens != 0) {
                    throw error("unclosed left parenthesis");
                }
                if (bracketOpen) {
                    throw error("unclosed left bracket");
                }
                return token(Kind.END_OF_INPUT, 0);
            }
            case ',' -> {
                return token(Kind.COMMA, 1);
            }
            case '*' -> {
                return token(Kind.MUL, 1);
            }
            case '/' -> {
                return token(Kind.DIV, 1);
            }
            case '%' -> {
                return token(Kind.MOD, 1);
            }
            case '+' -> {
                return token(Kind.ADD, 1);
            }
            case '-' -> {
                return token(Kind.SUB, 1);
            }
            case '^' -> {
                return token(Kind.POW, 1);
            }
            case '@' -> {
                return token(Kind.AT, 1);
            }
            case '=' -> {
                if (peek(1) == '~') {
                    throw error("unexpected character after '=': '~'");
                }
                return peek(1) == '=' ? token(Kind.EQL, 2) : token(Kind.EQUAL, 1);
            }
            case '!' -> {
                if (peek(1) != '=') {
                    at++;
                    throw error("unexpected character after '!': " + shown(rune()));
                }
                return token(Kind.NEQ, 2);
            }
            case '<' -> {
                return switch (peek(1)) {
                    case '=' -> token(Kind.LTE, 2);
                    case '/' -> token(Kind.TRIM_UPPER, 2);
                    default -> token(Kind.LSS, 1);
                };
            }
            case '>' -> {
                return switch (peek(1)) {
                    case '=' -> token(Kind.GTE, 2);
                    case '/' -> token(Kind.TRIM_LOWER, 2);
                    default -> token(Kind.GTR, 1);
                };
            }
            case '"', '\'' -> {
                return quoted(c);
            }
            case '`' -> {
                return raw();
            }
            case '(' -> {
                openParens++;
                return token(Kind.LEFT_PAREN, 1);
            }
            case ')' -> {
                return rightParen();
            }
            case '{' -> {
                braceOpen = true;
                return token(Kind.LEFT_BRACE, 1);
            }
            case '[' -> {
                if (bracketOpen) {
                    throw error("unexpected left bracket '['");
                }
                bracketOpen = true;
                colonSeen = false;
                inDuration = true;
                return token(Kind.LEFT_BRACKET, 1);
            }
            case ']' -> {
                if (!bracketOpen) {
                    throw error("unexpected right bracket ']'");
                }
                bracketOpen = false;
                return token(Kind.RIGHT_BRACKET, 1);
            }
            default -> {
                if (isDigit(c) || c == '.' && isDigit(peek(1))) {
                    return numberOrDuration();
                }
                if (isLetter(c) || c == ':') {
                    return bracketOpen ? insideBracket(c) : word();
                }
                throw error("unexpected character: " + shown(rune()));
            }
        }
    }

    private Token rightParen() {
        openParens--;
        Token token = token(Kind.RIGHT_PAREN, 1);
        if (openParens < 0) {
            start = at;
            throw error("unexpected right parenthesis ')'");
        }
        return token;
    }

    /// A letter or colon behind the first duration in brackets.
    private Token insideBracket(int c) {
        if (c == ':') {
            if (colonSeen) {
                throw error("unexpected colon ':'");
            }
            colonSeen = true;
            return token(Kind.COLON, 1);
        }
        Token keyword = durationKeyword(c);
        if (keyword != null) {
            return keyword;
        }
        throw error("unexpected character: " + shown(c) + ", expected ':'");
    }

    /// Behind `[`, before the first number or duration.
    private Token insideDuration() {
        int c = peek();
        switch (c) {
            case EOF -> throw error("unexpected end of input in duration expression");
            case ']' -> {
                bracketOpen = false;
                colonSeen = false;
                inDuration = false;
                return token(Kind.RIGHT_BRACKET, 1);
            }
            case ':' -> {
                Token colon = token(Kind.COLON, 1);
                start = at;
                if (!durationSeen) {
                    throw error("unexpected colon before duration in duration expression");
                }
                if (colonSeen) {
                    throw error("unexpected repeated colon in duration expression");
                }
                colonSeen = true;
                return colon;
            }
            case '(' -> {
                openParens++;
                return token(Kind.LEFT_PAREN, 1);
            }
            case ')' -> {
                return rightParen();
            }
            case '+' -> {
                return token(Kind.ADD, 1);
            }
            case '-' -> {
                return token(Kind.SUB, 1);
            }
            case '*' -> {
                return token(Kind.MUL, 1);
            }
            case '/' -> {
                return token(Kind.DIV, 1);
            }
            case '%' -> {
                return token(Kind.MOD, 1);
            }
            case '^' -> {
                return token(Kind.POW, 1);
            }
            case ',' -> {
                return token(Kind.COMMA, 1);
            }
            default -> {
                if (isDigit(c) || c == '.' && isDigit(peek(1))) {
                    durationSeen = true;
                    inDuration = false;
                    return numberOrDuration();
                }
                Token keyword = durationKeyword(c);
                if (keyword != null) {
                    return keyword;
                }
                throw error("unexpected character in duration expression: " + shown(rune()));
            }
        }
    }

    private @Nullable Token durationKeyword(int first) {
        int lower = Character.toLowerCase(first);
        if (lower != 's' && lower != 'm' && lower != 'r') {
            return null;
        }
        int end = at;
        while (end < text.length && isLetter(text[end])) {
            end++;
        }
        Kind kind =
                switch (slice(at, end).toLowerCase(Locale.ROOT)) {
                    case "step" -> Kind.STEP;
                    case "range" -> Kind.RANGE;
                    case "max_of" -> Kind.MAX_OF;
                    case "min_of" -> Kind.MIN_OF;
                    default -> Kind.END_OF_INPUT;
                };
        return kind == Kind.END_OF_INPUT ? null : token(kind, end - at);
    }

    private Token word() {
        int end = at;
        while (end < text.length && (isLetter(text[end]) || isDigit(text[end]) || text[end] == ':')) {
            end++;
        }
        Kind kind = Kind.ofWord(slice(at, end));
        if (kind == Kind.FILL || kind == Kind.FILL_LEFT || kind == Kind.FILL_RIGHT) {
            int behind = end;
            while (behind < text.length && isBlank(text[behind])) {
                behind++;
            }
            if (behind >= text.length || text[behind] != '(') {
                kind = Kind.IDENTIFIER;
            }
        }
        return token(kind, end - at);
    }

    private Token insideBraces() {
        int c = peek();
        switch (c) {
            case EOF -> throw error("unexpected end of input inside braces");
            case ',' -> {
                return token(Kind.COMMA, 1);
            }
            case '"', '\'' -> {
                return quoted(c);
            }
            case '`' -> {
                return raw();
            }
            case '=' -> {
                return peek(1) == '~' ? token(Kind.REGEX_MATCH, 2) : token(Kind.EQUAL, 1);
            }
            case '!' -> {
                if (peek(1) == '~') {
                    return token(Kind.REGEX_MISMATCH, 2);
                }
                if (peek(1) == '=') {
                    return token(Kind.NEQ, 2);
                }
                at++;
                throw error("unexpected character after '!' inside braces: " + shown(rune()));
            }
            case '{' -> throw error("unexpected left brace '{'");
            case '}' -> {
                braceOpen = false;
                return token(Kind.RIGHT_BRACE, 1);
            }
            default -> {
                if (!isLetter(c)) {
                    throw error("unexpected character inside braces: " + shown(rune()));
                }
                int end = at;
                while (end < text.length && (isLetter(text[end]) || isDigit(text[end]))) {
                    end++;
                }
                return token(Kind.IDENTIFIER, end - at);
            }
        }
    }

    private Token raw() {
        at++;
        while (true) {
            int c = rune();
            if (c == EOF) {
                throw error("unterminated raw string");
            }
            if (c == 0xFFFD) {
                throw error("invalid UTF-8 rune");
            }
            at += width(c);
            if (c == '`') {
                return token(Kind.STRING, 0);
            }
        }
    }

    private Token quoted(int quote) {
        at++;
        while (true) {
            int c = rune();
            if (c == EOF || c == '\n') {
                throw error("unterminated quoted string");
            }
            if (c == 0xFFFD) {
                throw error("invalid UTF-8 rune");
            }
            at += width(c);
            if (c == quote) {
                return token(Kind.STRING, 0);
            }
            if (c == '\\') {
                escape(quote);
            }
        }
    }

    private void escape(int quote) {
        int c = rune();
        int digits;
        int base;
        long most;
        switch (c) {
            case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\' -> {
                at++;
                return;
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                digits = 3;
                base = 8;
                most = 255;
            }
            case 'x' -> {
                at++;
                digits = 2;
                base = 16;
                most = 255;
            }
            case 'u' -> {
                at++;
                digits = 4;
                base = 16;
                most = Character.MAX_CODE_POINT;
            }
            case 'U' -> {
                at++;
                digits = 8;
                base = 16;
                most = Character.MAX_CODE_POINT;
            }
            case EOF -> throw error("escape sequence not terminated");
            default -> {
                if (c == quote) {
                    at++;
                    return;
                }
                throw error("unknown escape sequence " + unicode(c));
            }
        }
        long value = 0;
        for (int i = 0; i < digits; i++) {
            c = rune();
            int digit = c < 0x80 && c >= 0 ? Character.digit(c, base) : -1;
            if (digit < 0) {
                throw error(
                        c == EOF
                                ? "escape sequence not terminated"
                                : "illegal character " + unicode(c) + " in escape sequence");
            }
            at++;
            value = value * base + digit;
        }
        if (value > most || value >= 0xD800 && value < 0xE000) {
            throw error("escape sequence is an invalid Unicode code point");
        }
    }

    private Token numberOrDuration() {
        if (scanNumber()) {
            return token(Kind.NUMBER, 0);
        }
        if (scanDurationRest()) {
            return token(Kind.DURATION, 0);
        }
        throw error("bad number or duration syntax: " + GoText.quote(slice(start, at)));
    }

    /// Goes on from where [#scanNumber()] gave up. On failure stands behind what Prometheus quotes in its error.
    private boolean scanDurationRest() {
        if (!accept("smhdwy")) {
            return false;
        }
        accept("s");
        while (acceptDigits()) {
            if (!accept("smhdw")) {
                return false;
            }
            accept("s");
        }
        int c = rune();
        if (isWordPart(c)) {
            at++;
            return false;
        }
        return true;
    }

    private boolean scanNumber() {
        int from = at;
        boolean hex = false;
        if (accept("0") && accept("xX")) {
            accept("_");
            hex = true;
        }
        accept(".");
        acceptDigit(hex);
        boolean dot = false;
        boolean exponent = false;
        while (isNumberPart(peek(), hex)) {
            int c = peek();
            if (c == '.' && dot || isExponent(c) && exponent) {
                at++;
                return false;
            }
            if (c == '.') {
                at++;
                dot = true;
                if (accept("_.") || hex) {
                    return false;
                }
            } else if (isExponent(c)) {
                at++;
                exponent = true;
                accept("+-");
                if (accept("._eE") || peek() == EOF) {
                    return false;
                }
            } else if (c == '_') {
                at++;
                if (accept("._eE") || peek() == EOF) {
                    return false;
                }
            } else {
                while (acceptDigit(hex)) {}
            }
        }
        return at != from && !isWordPart(peek());
    }

    private static boolean isNumberPart(int c, boolean hex) {
        return isDigit(c) || c == '.' || c == '_' || isExponent(c) || hex && Character.digit(c, 16) >= 0;
    }

    private static boolean isExponent(int c) {
        return c == 'e' || c == 'E';
    }

    private boolean acceptDigit(boolean hex) {
        int c = peek();
        boolean yes = isDigit(c) || hex && c >= 0 && Character.digit(c, 16) >= 0;
        if (yes) {
            at++;
        }
        return yes;
    }

    private boolean acceptDigits() {
        int from = at;
        while (isDigit(peek())) {
            at++;
        }
        return at > from;
    }

    private boolean accept(String set) {
        int c = peek();
        boolean yes = c >= 0 && set.indexOf(c) >= 0;
        if (yes) {
            at++;
        }
        return yes;
    }

    private Token token(Kind kind, int more) {
        at += more;
        return new Token(kind, slice(start, at), start, at);
    }

    private String slice(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    private ParseException error(String reason) {
        return new ParseException(text, new Span(start, text.length), reason);
    }

    /// The byte here, 0 to 255, or EOF.
    private int peek() {
        return peek(0);
    }

    private int peek(int ahead) {
        return at + ahead < text.length ? text[at + ahead] & 0xFF : EOF;
    }

    /// The code point here, or EOF. The text comes from a `String`, so it is well-formed.
    private int rune() {
        int c = peek();
        if (c < 0x80) {
            return c;
        }
        int length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        return slice(at, Math.min(text.length, at + length)).codePointAt(0);
    }

    private static int width(int rune) {
        return rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    }

    private static String shown(int rune) {
        return rune == EOF ? "'�'" : GoText.quoteRune(rune);
    }

    /// Go's `%#U`.
    private static String unicode(int rune) {
        String number = String.format("U+%04X", rune);
        return GoText.isPrintable(rune) ? number + " '" + Character.toString(rune) + "'" : number;
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isWordPart(int c) {
        return isLetter(c) || isDigit(c);
    }
}
