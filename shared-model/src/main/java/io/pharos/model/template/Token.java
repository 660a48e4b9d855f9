package io.pharos.model.template;

import io.pharos.model.text.GoText;

/// A token of an action, or the text between two.
record Token(Kind kind, int position, int line, String text) {
    enum Kind {
        ERROR,
        EOF,
        TEXT,
        LEFT_DELIMITER,
        RIGHT_DELIMITER,
        SPACE,
        ASSIGN,
        DECLARE,
        PIPE,
        LEFT_PAREN,
        RIGHT_PAREN,
        CHARACTER,
        BOOL,
        CHAR_CONSTANT,
        NUMBER,
        COMPLEX,
        STRING,
        RAW_STRING,
        IDENTIFIER,
        FIELD,
        VARIABLE,
        // Keywords from here.
        DOT,
        BLOCK,
        BREAK,
        CONTINUE,
        DEFINE,
        ELSE,
        END,
        IF,
        NIL,
        RANGE,
        TEMPLATE,
        WITH;

        boolean keyword() {
            return compareTo(DOT) >= 0;
        }
    }

    /// As error texts show it.
    @Override
    public String toString() {
        if (kind == Kind.EOF) {
            return "EOF";
        }
        if (kind == Kind.ERROR) {
            return text;
        }
        if (kind.keyword()) {
            return "<" + text + ">";
        }
        if (text.codePointCount(0, text.length()) > 10) {
            return GoText.quote(text.substring(0, text.offsetByCodePoints(0, 10))) + "...";
        }
        return GoText.quote(text);
    }
}
