package io.pharos.model.promql;

import io.pharos.model.promql.Token.Kind;

/// Reads strings in quotes and backticks; escapes are checked here and resolved by [QuotedText].
final class QuotedTokens {
    private final TokenCursor cursor;

    QuotedTokens(TokenCursor cursor) {
        this.cursor = cursor;
    }

    Token raw() {
        cursor.at++;
        while (true) {
            int c = cursor.rune();
            if (c == TokenCursor.EOF) {
                throw cursor.error("unterminated raw string");
            }
            if (c == 0xFFFD) {
                throw cursor.error("invalid UTF-8 rune");
            }
            cursor.at += TokenCursor.width(c);
            if (c == '`') {
                return cursor.token(Kind.STRING, 0);
            }
        }
    }

    Token quoted(int quote) {
        cursor.at++;
        while (true) {
            int c = cursor.rune();
            if (c == TokenCursor.EOF || c == '\n') {
                throw cursor.error("unterminated quoted string");
            }
            if (c == 0xFFFD) {
                throw cursor.error("invalid UTF-8 rune");
            }
            cursor.at += TokenCursor.width(c);
            if (c == quote) {
                return cursor.token(Kind.STRING, 0);
            }
            if (c == '\\') {
                escape(quote);
            }
        }
    }

    private void escape(int quote) {
        int c = cursor.rune();
        int digits;
        int base;
        long most;
        switch (c) {
            case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\' -> {
                cursor.at++;
                return;
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                digits = 3;
                base = 8;
                most = 255;
            }
            case 'x' -> {
                cursor.at++;
                digits = 2;
                base = 16;
                most = 255;
            }
            case 'u' -> {
                cursor.at++;
                digits = 4;
                base = 16;
                most = Character.MAX_CODE_POINT;
            }
            case 'U' -> {
                cursor.at++;
                digits = 8;
                base = 16;
                most = Character.MAX_CODE_POINT;
            }
            case TokenCursor.EOF -> throw cursor.error("escape sequence not terminated");
            default -> {
                if (c == quote) {
                    cursor.at++;
                    return;
                }
                throw cursor.error("unknown escape sequence " + TokenCursor.unicode(c));
            }
        }
        long value = 0;
        for (int i = 0; i < digits; i++) {
            c = cursor.rune();
            int digit = c < 0x80 && c >= 0 ? Character.digit(c, base) : -1;
            if (digit < 0) {
                throw cursor.error(
                        c == TokenCursor.EOF
                                ? "escape sequence not terminated"
                                : "illegal character " + TokenCursor.unicode(c) + " in escape sequence");
            }
            cursor.at++;
            value = value * base + digit;
        }
        if (value > most || value >= 0xD800 && value < 0xE000) {
            throw cursor.error("escape sequence is an invalid Unicode code point");
        }
    }
}
