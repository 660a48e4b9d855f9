package io.pharos.model.exposition;

/// Tokens of the text formats under the names that error texts have.
enum Token {
    INVALID,
    EOF,
    LINEBREAK,
    WHITESPACE,
    HELP,
    TYPE,
    UNIT,
    EOFWORD,
    TEXT,
    COMMENT,
    MNAME,
    QSTRING,
    BOPEN,
    BCLOSE,
    LNAME,
    LVALUE,
    EQUAL,
    COMMA,
    TIMESTAMP,
    VALUE
}
