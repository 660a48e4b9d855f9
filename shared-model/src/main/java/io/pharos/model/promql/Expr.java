package io.pharos.model.promql;

import io.pharos.model.labels.Matcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A PromQL expression as parsed: a sealed, immutable tree. [PromqlParser] makes checked ones.
public sealed interface Expr {
    /// Where it stands in the text.
    Span span();

    ValueType type();

    /// `1.5`, `0x1f`, `5m` (300, `duration` true).
    record NumberLiteral(double value, boolean duration, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.SCALAR;
        }
    }

    /// `"text"`.
    record StringLiteral(String value, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.STRING;
        }
    }

    /// `name{matchers} offset … @ …`. `name` is the name as written before the braces, `""` if there is none (also for
    /// `{"quoted name"}`); `matchers` hold its `__name__` matcher too, last where it stood before the braces.
    record VectorSelector(String name, List<Matcher> matchers, TimeShift shift, RangeMode mode, Span span)
            implements Expr {
        public VectorSelector {
            matchers = List.copyOf(matchers);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    /// `selector[range]`; offset, `@` and range mode stand in the selector.
    record MatrixSelector(VectorSelector selector, DurationExpr range, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    /// `expr[range:step]`; a `step` of null means the default evaluation interval.
    record Subquery(Expr expr, DurationExpr range, @Nullable DurationExpr step, TimeShift shift, Span span)
            implements Expr {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    /// `+expr`, `-expr`.
    record Unary(boolean negative, Expr expr, Span span) implements Expr {
        @Override
        public ValueType type() {
            return expr.type();
        }
    }

    /// `(expr)`.
    record Paren(Expr expr, Span span) implements Expr {
        @Override
        public ValueType type() {
            return expr.type();
        }
    }

    /// `left op right`. `matching` is null unless both sides are vectors; set operators are many-to-many.
    record Binary(
            BinaryOperator operator,
            Expr left,
            Expr right,
            boolean returnBool,
            @Nullable VectorMatching matching,
            Span span)
            implements Expr {
        @Override
        public ValueType type() {
            return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
                    ? ValueType.SCALAR
                    : ValueType.VECTOR;
        }
    }

    /// `op by (grouping) (parameter, expr)`.
    record Aggregation(
            Aggregator operator, Expr expr, @Nullable Expr parameter, List<String> grouping, boolean without, Span span)
            implements Expr {
        public Aggregation {
            grouping = List.copyOf(grouping);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    /// `function(arguments)`.
    record Call(Function function, List<Expr> arguments, Span span) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }

        @Override
        public ValueType type() {
            return function.returns();
        }
    }
}
