package io.pharos.model.promql;

import io.pharos.model.promql.Token.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Cuts an expression into tokens, one at a time, as the parser asks for them. What a character means depends on
/// whether a brace or a bracket is open. Positions are bytes of the text in UTF-8. Fails with [ParseException]
/// where a token cannot be read.
///
/// Rules and error texts: `promql/parser/lex.go` of Prometheus 3.14.
final class Lexer {
    private final TokenCursor cursor;
    private final QuotedTokens strings;
    private final NumberTokens numbers;
    private int openParens;
    private boolean braceOpen;
    private boolean bracketOpen;
    private boolean colonSeen;
    private boolean durationSeen;

    /// Whether the next token is read by the rules of duration expressions. They hold from `[` on until the first
    /// number or duration has been read.
    private boolean inDuration;

    Lexer(byte[] text) {
        cursor = new TokenCursor(text);
        strings = new QuotedTokens(cursor);
        numbers = new NumberTokens(cursor);
    }

    Token next() {
        while (true) {
            cursor.start = cursor.at;
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
        while (TokenCursor.isBlank(cursor.peek())) {
            cursor.at++;
        }
        cursor.start = cursor.at;
    }

    private boolean skipComment() {
        if (cursor.peek() != '#') {
            return false;
        }
        while (cursor.peek() != TokenCursor.EOF && cursor.peek() != '\n' && cursor.peek() != '\r') {
            cursor.at++;
        }
        return true;
    }

    private Token statement() {
        int c = cursor.peek();
        switch (c) {
            case TokenCursor.EOF -> {
                if (openParens != 0) {
                    throw cursor.error("unclosed left parenthesis");
                }
                if (bracketOpen) {
                    throw cursor.error("unclosed left bracket");
                }
                return cursor.token(Kind.END_OF_INPUT, 0);
            }
            case ',' -> {
                return cursor.token(Kind.COMMA, 1);
            }
            case '*' -> {
                return cursor.token(Kind.MUL, 1);
            }
            case '/' -> {
                return cursor.token(Kind.DIV, 1);
            }
            case '%' -> {
                return cursor.token(Kind.MOD, 1);
            }
            case '+' -> {
                return cursor.token(Kind.ADD, 1);
            }
            case '-' -> {
                return cursor.token(Kind.SUB, 1);
            }
            case '^' -> {
                return cursor.token(Kind.POW, 1);
            }
            case '@' -> {
                return cursor.token(Kind.AT, 1);
            }
            case '=' -> {
                if (cursor.peek(1) == '~') {
                    throw cursor.error("unexpected character after '=': '~'");
                }
                return cursor.peek(1) == '=' ? cursor.token(Kind.EQL, 2) : cursor.token(Kind.EQUAL, 1);
            }
            case '!' -> {
                if (cursor.peek(1) != '=') {
                    cursor.at++;
                    throw cursor.error("unexpected character after '!': " + TokenCursor.shown(cursor.rune()));
                }
                return cursor.token(Kind.NEQ, 2);
            }
            case '<' -> {
                return switch (cursor.peek(1)) {
                    case '=' -> cursor.token(Kind.LTE, 2);
                    case '/' -> cursor.token(Kind.TRIM_UPPER, 2);
                    default -> cursor.token(Kind.LSS, 1);
                };
            }
            case '>' -> {
                return switch (cursor.peek(1)) {
                    case '=' -> cursor.token(Kind.GTE, 2);
                    case '/' -> cursor.token(Kind.TRIM_LOWER, 2);
                    default -> cursor.token(Kind.GTR, 1);
                };
            }
            case '"', '\'' -> {
                return strings.quoted(c);
            }
            case '`' -> {
                return strings.raw();
            }
            case '(' -> {
                openParens++;
                return cursor.token(Kind.LEFT_PAREN, 1);
            }
            case ')' -> {
                return rightParen();
            }
            case '{' -> {
                braceOpen = true;
                return cursor.token(Kind.LEFT_BRACE, 1);
            }
            case '[' -> {
                if (bracketOpen) {
                    throw cursor.error("unexpected left bracket '['");
                }
                bracketOpen = true;
                colonSeen = false;
                inDuration = true;
                return cursor.token(Kind.LEFT_BRACKET, 1);
            }
            case ']' -> {
                if (!bracketOpen) {
                    throw cursor.error("unexpected right bracket ']'");
                }
                bracketOpen = false;
                return cursor.token(Kind.RIGHT_BRACKET, 1);
            }
            default -> {
                if (TokenCursor.isDigit(c) || c == '.' && TokenCursor.isDigit(cursor.peek(1))) {
                    return numbers.numberOrDuration();
                }
                if (TokenCursor.isLetter(c) || c == ':') {
                    return bracketOpen ? insideBracket(c) : word();
                }
                throw cursor.error("unexpected character: " + TokenCursor.shown(cursor.rune()));
            }
        }
    }

    private Token rightParen() {
        openParens--;
        Token token = cursor.token(Kind.RIGHT_PAREN, 1);
        if (openParens < 0) {
            cursor.start = cursor.at;
            throw cursor.error("unexpected right parenthesis ')'");
        }
        return token;
    }

    /// A letter or colon behind the first duration in brackets.
    private Token insideBracket(int c) {
        if (c == ':') {
            if (colonSeen) {
                throw cursor.error("unexpected colon ':'");
            }
            colonSeen = true;
            return cursor.token(Kind.COLON, 1);
        }
        Token keyword = durationKeyword(c);
        if (keyword != null) {
            return keyword;
        }
        throw cursor.error("unexpected character: " + TokenCursor.shown(c) + ", expected ':'");
    }

    /// Behind `[`, before the first number or duration.
    private Token insideDuration() {
        int c = cursor.peek();
        switch (c) {
            case TokenCursor.EOF -> throw cursor.error("unexpected end of input in duration expression");
            case ']' -> {
                bracketOpen = false;
                colonSeen = false;
                inDuration = false;
                return cursor.token(Kind.RIGHT_BRACKET, 1);
            }
            case ':' -> {
                Token colon = cursor.token(Kind.COLON, 1);
                cursor.start = cursor.at;
                if (!durationSeen) {
                    throw cursor.error("unexpected colon before duration in duration expression");
                }
                if (colonSeen) {
                    throw cursor.error("unexpected repeated colon in duration expression");
                }
                colonSeen = true;
                return colon;
            }
            case '(' -> {
                openParens++;
                return cursor.token(Kind.LEFT_PAREN, 1);
            }
            case ')' -> {
                return rightParen();
            }
            case '+' -> {
                return cursor.token(Kind.ADD, 1);
            }
            case '-' -> {
                return cursor.token(Kind.SUB, 1);
            }
            case '*' -> {
                return cursor.token(Kind.MUL, 1);
            }
            case '/' -> {
                return cursor.token(Kind.DIV, 1);
            }
            case '%' -> {
                return cursor.token(Kind.MOD, 1);
            }
            case '^' -> {
                return cursor.token(Kind.POW, 1);
            }
            case ',' -> {
                return cursor.token(Kind.COMMA, 1);
            }
            default -> {
                if (TokenCursor.isDigit(c) || c == '.' && TokenCursor.isDigit(cursor.peek(1))) {
                    durationSeen = true;
                    inDuration = false;
                    return numbers.numberOrDuration();
                }
                Token keyword = durationKeyword(c);
                if (keyword != null) {
                    return keyword;
                }
                throw cursor.error("unexpected character in duration expression: " + TokenCursor.shown(cursor.rune()));
            }
        }
    }

    private @Nullable Token durationKeyword(int first) {
        int lower = Character.toLowerCase(first);
        if (lower != 's' && lower != 'm' && lower != 'r') {
            return null;
        }
        int end = cursor.at;
        while (end < cursor.text.length && TokenCursor.isLetter(cursor.text[end])) {
            end++;
        }
        Kind kind =
                switch (cursor.slice(cursor.at, end).toLowerCase(Locale.ROOT)) {
                    case "step" -> Kind.STEP;
                    case "range" -> Kind.RANGE;
                    case "max_of" -> Kind.MAX_OF;
                    case "min_of" -> Kind.MIN_OF;
                    default -> Kind.END_OF_INPUT;
                };
        return kind == Kind.END_OF_INPUT ? null : cursor.token(kind, end - cursor.at);
    }

    private Token word() {
        int end = cursor.at;
        while (end < cursor.text.length
                && (TokenCursor.isLetter(cursor.text[end])
                        || TokenCursor.isDigit(cursor.text[end])
                        || cursor.text[end] == ':')) {
            end++;
        }
        Kind kind = Kind.ofWord(cursor.slice(cursor.at, end));
        if (kind == Kind.FILL || kind == Kind.FILL_LEFT || kind == Kind.FILL_RIGHT) {
            int behind = end;
            while (behind < cursor.text.length && TokenCursor.isBlank(cursor.text[behind])) {
                behind++;
            }
            if (behind >= cursor.text.length || cursor.text[behind] != '(') {
                kind = Kind.IDENTIFIER;
            }
        }
        return cursor.token(kind, end - cursor.at);
    }

    private Token insideBraces() {
        int c = cursor.peek();
        switch (c) {
            case TokenCursor.EOF -> throw cursor.error("unexpected end of input inside braces");
            case ',' -> {
                return cursor.token(Kind.COMMA, 1);
            }
            case '"', '\'' -> {
                return strings.quoted(c);
            }
            case '`' -> {
                return strings.raw();
            }
            case '=' -> {
                return cursor.peek(1) == '~' ? cursor.token(Kind.REGEX_MATCH, 2) : cursor.token(Kind.EQUAL, 1);
            }
            case '!' -> {
                if (cursor.peek(1) == '~') {
                    return cursor.token(Kind.REGEX_MISMATCH, 2);
                }
                if (cursor.peek(1) == '=') {
                    return cursor.token(Kind.NEQ, 2);
                }
                cursor.at++;
                throw cursor.error("unexpected character after '!' inside braces: " + TokenCursor.shown(cursor.rune()));
            }
            case '{' -> throw cursor.error("unexpected left brace '{'");
            case '}' -> {
                braceOpen = false;
                return cursor.token(Kind.RIGHT_BRACE, 1);
            }
            default -> {
                if (!TokenCursor.isLetter(c)) {
                    throw cursor.error("unexpected character inside braces: " + TokenCursor.shown(cursor.rune()));
                }
                int end = cursor.at;
                while (end < cursor.text.length
                        && (TokenCursor.isLetter(cursor.text[end]) || TokenCursor.isDigit(cursor.text[end]))) {
                    end++;
                }
                return cursor.token(Kind.IDENTIFIER, end - cursor.at);
            }
        }
    }
}
