package io.pharos.model.template;

import io.pharos.model.template.Token.Kind;
import io.pharos.model.text.GoText;
import java.util.ArrayDeque;
import java.util.Map;

/// Cuts a template into tokens, one at a time. The first error is the last token.
final class Lexer {
    private static final Map<String, Kind> KEYWORDS = Map.ofEntries(
            Map.entry("block", Kind.BLOCK),
            Map.entry("break", Kind.BREAK),
            Map.entry("continue", Kind.CONTINUE),
            Map.entry("define", Kind.DEFINE),
            Map.entry("else", Kind.ELSE),
            Map.entry("end", Kind.END),
            Map.entry("if", Kind.IF),
            Map.entry("nil", Kind.NIL),
            Map.entry("range", Kind.RANGE),
            Map.entry("template", Kind.TEMPLATE),
            Map.entry("with", Kind.WITH));
    private static final int END = -1;

    private final String input;
    private final ArrayDeque<Token> ready = new ArrayDeque<>();
    private int at;
    private int start;
    private int line = 1;
    private int startLine = 1;
    private int parens;
    private boolean inAction;
    private boolean done;

    Lexer(String input) {
        this.input = input;
    }

    Token next() {
        while (ready.isEmpty()) {
            if (done) {
                return new Token(Kind.EOF, at, startLine, "EOF");
            }
            if (inAction) {
                insideAction();
            } else {
                text();
            }
        }
        return ready.removeFirst();
    }

    private void emit(Kind kind) {
        ready.add(new Token(kind, start, startLine, input.substring(start, at)));
        ignore();
    }

    private void ignore() {
        for (int i = start; i < at; i++) {
            if (input.charAt(i) == '\n') {
                line++;
            }
        }
        start = at;
        startLine = line;
    }

    private void error(String message) {
        ready.add(new Token(Kind.ERROR, start, startLine, message));
        done = true;
    }

    private void text() {
        int open = input.indexOf("{{", at);
        if (open < 0) {
            at = input.length();
            if (at > start) {
                emit(Kind.TEXT);
            }
            ready.add(new Token(Kind.EOF, at, startLine, ""));
            done = true;
            return;
        }
        int textEnd = open;
        if (hasLeftTrim(open + 2)) {
            while (textEnd > start && isSpace(input.charAt(textEnd - 1))) {
                textEnd--;
            }
        }
        at = textEnd;
        if (at > start) {
            emit(Kind.TEXT);
        }
        at = open;
        ignore();
        leftDelimiter();
    }

    private void leftDelimiter() {
        at += 2;
        int marker = hasLeftTrim(at) ? 2 : 0;
        if (input.startsWith("/*", at + marker)) {
            at += marker;
            ignore();
            comment();
            return;
        }
        emit(Kind.LEFT_DELIMITER);
        at += marker;
        ignore();
        inAction = true;
        parens = 0;
    }

    private void comment() {
        int close = input.indexOf("*/", at + 2);
        if (close < 0) {
            error("unclosed comment");
            return;
        }
        at = close + 2;
        boolean trim = atTrimmedRightDelimiter();
        if (!trim && !input.startsWith("}}", at)) {
            error("comment ends before closing delimiter");
            return;
        }
        at += trim ? 4 : 2;
        if (trim) {
            skipSpace();
        }
        ignore();
    }

    private void rightDelimiter() {
        boolean trim = atTrimmedRightDelimiter();
        if (trim) {
            at += 2;
            ignore();
        }
        at += 2;
        emit(Kind.RIGHT_DELIMITER);
        if (trim) {
            skipSpace();
            ignore();
        }
        inAction = false;
    }

    private void skipSpace() {
        while (at < input.length() && isSpace(input.charAt(at))) {
            at++;
        }
    }

    private void insideAction() {
        if (input.startsWith("}}", at) || atTrimmedRightDelimiter()) {
            if (parens == 0) {
                rightDelimiter();
            } else {
                error("unclosed left paren");
            }
            return;
        }
        int c = peek();
        if (c == END) {
            error("unclosed action");
        } else if (isSpace(c)) {
            space();
        } else if (isAlphanumeric(c) && !(c >= '0' && c <= '9')) {
            identifier();
        } else {
            switch (c) {
                case '=' -> single(Kind.ASSIGN);
                case '|' -> single(Kind.PIPE);
                case ':' -> {
                    advance();
                    if (peek() != '=') {
                        error("expected :=");
                    } else {
                        single(Kind.DECLARE);
                    }
                }
                case '"' -> quoted('"', Kind.STRING, "unterminated quoted string");
                case '\'' -> quoted('\'', Kind.CHAR_CONSTANT, "unterminated character constant");
                case '`' -> rawString();
                case '$' -> {
                    advance();
                    fieldOrVariable(Kind.VARIABLE);
                }
                case '.' -> {
                    boolean digit =
                            at + 1 < input.length() && input.charAt(at + 1) >= '0' && input.charAt(at + 1) <= '9';
                    if (digit || at + 1 == input.length()) {
                        number();
                    } else {
                        advance();
                        fieldOrVariable(Kind.FIELD);
                    }
                }
                case '(' -> {
                    parens++;
                    single(Kind.LEFT_PAREN);
                }
                case ')' -> {
                    if (--parens < 0) {
                        error("unexpected right paren");
                    } else {
                        single(Kind.RIGHT_PAREN);
                    }
                }
                default -> {
                    if (c == '+' || c == '-' || c >= '0' && c <= '9') {
                        number();
                    } else if (c < 0x7f && c > ' ') {
                        single(Kind.CHARACTER);
                    } else {
                        error("unrecognized character in action: " + unicode(c));
                    }
                }
            }
        }
    }

    private void single(Kind kind) {
        advance();
        emit(kind);
    }

    private void space() {
        while (isSpace(peek())) {
            // A space before "-}}" belongs to the delimiter.
            if (atTrimmedRightDelimiter()) {
                break;
            }
            at++;
        }
        if (at > start) {
            emit(Kind.SPACE);
        }
    }

    private void identifier() {
        while (isAlphanumeric(peek())) {
            advance();
        }
        String word = input.substring(start, at);
        if (!atTerminator()) {
            error("bad character " + unicode(peek()));
        } else if (word.equals("true") || word.equals("false")) {
            emit(Kind.BOOL);
        } else {
            emit(KEYWORDS.getOrDefault(word, Kind.IDENTIFIER));
        }
    }

    private void fieldOrVariable(Kind kind) {
        if (atTerminator()) {
            emit(kind == Kind.VARIABLE ? Kind.VARIABLE : Kind.DOT);
            return;
        }
        while (isAlphanumeric(peek())) {
            advance();
        }
        if (!atTerminator()) {
            error("bad character " + unicode(peek()));
            return;
        }
        emit(kind);
    }

    private boolean atTerminator() {
        int c = peek();
        return isSpace(c) || c == END || ".,|:)(".indexOf(c) >= 0 || input.startsWith("}}", at);
    }

    private void quoted(char quote, Kind kind, String unterminated) {
        advance();
        while (true) {
            int c = peek();
            if (c == '\\') {
                advance();
                c = peek();
                if (c == END || c == '\n') {
                    error(unterminated);
                    return;
                }
            } else if (c == END || c == '\n') {
                error(unterminated);
                return;
            } else if (c == quote) {
                single(kind);
                return;
            }
            advance();
        }
    }

    private void rawString() {
        int close = input.indexOf('`', at + 1);
        if (close < 0) {
            error("unterminated raw quoted string");
            return;
        }
        at = close + 1;
        emit(Kind.RAW_STRING);
    }

    private void number() {
        if (!scanNumber()) {
            error("bad number syntax: " + GoText.quote(input.substring(start, at)));
            return;
        }
        if (peek() == '+' || peek() == '-') {
            if (!scanNumber() || input.charAt(at - 1) != 'i') {
                error("bad number syntax: " + GoText.quote(input.substring(start, at)));
                return;
            }
            emit(Kind.COMPLEX);
            return;
        }
        emit(Kind.NUMBER);
    }

    private boolean scanNumber() {
        accept("+-");
        String digits = "0123456789_";
        if (accept("0")) {
            if (accept("xX")) {
                digits = "0123456789abcdefABCDEF_";
            } else if (accept("oO")) {
                digits = "01234567_";
            } else if (accept("bB")) {
                digits = "01_";
            }
        }
        acceptRun(digits);
        if (accept(".")) {
            acceptRun(digits);
        }
        if (digits.length() == 11 && accept("eE") || digits.length() == 23 && accept("pP")) {
            accept("+-");
            acceptRun("0123456789_");
        }
        accept("i");
        if (isAlphanumeric(peek())) {
            advance();
            return false;
        }
        return true;
    }

    private boolean accept(String valid) {
        if (at < input.length() && valid.indexOf(input.charAt(at)) >= 0) {
            at++;
            return true;
        }
        return false;
    }

    private void acceptRun(String valid) {
        while (accept(valid)) {
            // all of them
        }
    }

    private boolean hasLeftTrim(int index) {
        return index + 1 < input.length() && input.charAt(index) == '-' && isSpace(input.charAt(index + 1));
    }

    private boolean atTrimmedRightDelimiter() {
        return at < input.length() && isSpace(input.charAt(at)) && input.startsWith("-}}", at + 1);
    }

    private int peek() {
        return at < input.length() ? input.codePointAt(at) : END;
    }

    private void advance() {
        at += Character.charCount(input.codePointAt(at));
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isAlphanumeric(int c) {
        return c == '_' || c >= 0 && (Character.isLetter(c) || Character.isDigit(c));
    }

    /// `%#U`.
    private static String unicode(int c) {
        if (c == END) {
            return "U+FFFFFFFFFFFFFFFF";
        }
        String code = "U+" + String.format("%04X", c);
        return GoText.isPrintable(c) ? code + " '" + Character.toString(c) + "'" : code;
    }
}
