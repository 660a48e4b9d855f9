package io.pharos.model.promql;

import io.pharos.model.promql.Token.Kind;
import io.pharos.model.text.GoText;

/// Reads numbers and durations, which begin alike.
final class NumberTokens {
    private final TokenCursor cursor;

    NumberTokens(TokenCursor cursor) {
        this.cursor = cursor;
    }

    Token numberOrDuration() {
        if (scanNumber()) {
            return cursor.token(Kind.NUMBER, 0);
        }
        if (scanDurationRest()) {
            return cursor.token(Kind.DURATION, 0);
        }
        throw cursor.error("bad number or duration syntax: " + GoText.quote(cursor.slice(cursor.start, cursor.at)));
    }

    /// Goes on from where [#scanNumber()] gave up. On failure stands behind what Prometheus quotes in its error.
    private boolean scanDurationRest() {
        if (!cursor.accept("smhdwy")) {
            return false;
        }
        cursor.accept("s");
        while (acceptDigits()) {
            if (!cursor.accept("smhdw")) {
                return false;
            }
            cursor.accept("s");
        }
        int c = cursor.rune();
        if (TokenCursor.isWordPart(c)) {
            cursor.at++;
            return false;
        }
        return true;
    }

    private boolean scanNumber() {
        int from = cursor.at;
        boolean hex = false;
        if (cursor.accept("0") && cursor.accept("xX")) {
            cursor.accept("_");
            hex = true;
        }
        cursor.accept(".");
        acceptDigit(hex);
        boolean dot = false;
        boolean exponent = false;
        while (isNumberPart(cursor.peek(), hex)) {
            int c = cursor.peek();
            if (c == '.' && dot || isExponent(c) && exponent) {
                cursor.at++;
                return false;
            }
            if (c == '.') {
                cursor.at++;
                dot = true;
                if (cursor.accept("_.") || hex) {
                    return false;
                }
            } else if (isExponent(c)) {
                cursor.at++;
                exponent = true;
                cursor.accept("+-");
                if (cursor.accept("._eE") || cursor.peek() == TokenCursor.EOF) {
                    return false;
                }
            } else if (c == '_') {
                cursor.at++;
                if (cursor.accept("._eE") || cursor.peek() == TokenCursor.EOF) {
                    return false;
                }
            } else {
                while (acceptDigit(hex)) {}
            }
        }
        return cursor.at != from && !TokenCursor.isWordPart(cursor.peek());
    }

    private static boolean isNumberPart(int c, boolean hex) {
        return TokenCursor.isDigit(c) || c == '.' || c == '_' || isExponent(c) || hex && Character.digit(c, 16) >= 0;
    }

    private static boolean isExponent(int c) {
        return c == 'e' || c == 'E';
    }

    private boolean acceptDigit(boolean hex) {
        int c = cursor.peek();
        boolean yes = TokenCursor.isDigit(c) || hex && c >= 0 && Character.digit(c, 16) >= 0;
        if (yes) {
            cursor.at++;
        }
        return yes;
    }

    private boolean acceptDigits() {
        int from = cursor.at;
        while (TokenCursor.isDigit(cursor.peek())) {
            cursor.at++;
        }
        return cursor.at > from;
    }
}
