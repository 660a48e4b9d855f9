package io.pharos.model.promql;

/// The binary operators, with their symbols.
public enum BinaryOperator {
    ADD("+"),
    SUB("-"),
    MUL("*"),
    DIV("/"),
    MOD("%"),
    POW("^"),
    ATAN2("atan2"),
    EQL("=="),
    NEQ("!="),
    LSS("<"),
    LTE("<="),
    GTR(">"),
    GTE(">="),
    TRIM_UPPER("</"),
    TRIM_LOWER(">/"),
    AND("and"),
    OR("or"),
    UNLESS("unless");

    private final String symbol;

    BinaryOperator(String symbol) {
        this.symbol = symbol;
    }

    public String symbol() {
        return symbol;
    }

    public boolean isComparison() {
        return ordinal() >= EQL.ordinal() && ordinal() <= GTE.ordinal();
    }

    public boolean isSet() {
        return ordinal() >= AND.ordinal();
    }
}
