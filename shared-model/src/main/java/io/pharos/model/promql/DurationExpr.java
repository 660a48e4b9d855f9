package io.pharos.model.promql;

/// A duration in brackets or behind `offset`: a literal, or arithmetic over literals, `step()` and `range()`. Seconds
/// as `double` until the end.
public sealed interface DurationExpr {
    Span span();

    /// `5m` or `300`, in seconds; `number` says that it was written without a unit.
    record Literal(double seconds, boolean number, Span span) implements DurationExpr {}

    /// `step()`: the query's step, 0 for an instant query.
    record Step(Span span) implements DurationExpr {}

    /// `range()`: end − start of the query, 0 for an instant query.
    record Range(Span span) implements DurationExpr {}

    record Unary(boolean negative, DurationExpr operand, Span span) implements DurationExpr {}

    record Paren(DurationExpr inner, Span span) implements DurationExpr {}

    /// `left op right`; the operator is one of `+ - * / % ^`.
    record Binary(BinaryOperator operator, DurationExpr left, DurationExpr right, Span span) implements DurationExpr {}

    /// `min_of(left, right)`, `max_of(left, right)`.
    record Extreme(boolean max, DurationExpr left, DurationExpr right, Span span) implements DurationExpr {}
}
