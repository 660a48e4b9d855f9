package io.pharos.model.promql;

import io.pharos.model.promql.Token.Kind;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;

/// A place in the text of an expression, and where the token that is being read began. Mutable, one thread.
final class TokenCursor {
    static final int EOF = -1;

    final byte[] text;
    int at;
    int start;

    TokenCursor(byte[] text) {
        this.text = text;
    }

    boolean accept(String set) {
        int c = peek();
        boolean yes = c >= 0 && set.indexOf(c) >= 0;
        if (yes) {
            at++;
        }
        return yes;
    }

    Token token(Kind kind, int more) {
        at += more;
        return new Token(kind, slice(start, at), start, at);
    }

    String slice(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    ParseException error(String reason) {
        return new ParseException(text, new Span(start, text.length), reason);
    }

    /// The byte here, 0 to 255, or EOF.
    int peek() {
        return peek(0);
    }

    int peek(int ahead) {
        return at + ahead < text.length ? text[at + ahead] & 0xFF : EOF;
    }

    /// The code point here, or EOF. The text comes from a `String`, so it is well-formed.
    int rune() {
        int c = peek();
        if (c < 0x80) {
            return c;
        }
        int length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        return slice(at, Math.min(text.length, at + length)).codePointAt(0);
    }

    static int width(int rune) {
        return rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    }

    static String shown(int rune) {
        return rune == EOF ? "'�'" : GoText.quoteRune(rune);
    }

    /// Go's `%#U`.
    static String unicode(int rune) {
        String number = String.format("U+%04X", rune);
        return GoText.isPrintable(rune) ? number + " '" + Character.toString(rune) + "'" : number;
    }

    static boolean isBlank(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    static boolean isWordPart(int c) {
        return isLetter(c) || isDigit(c);
    }
}
