package io.pharos.query.plan;

import io.pharos.model.promql.Aggregator;
import io.pharos.model.promql.BinaryOperator;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.Span;
import io.pharos.model.promql.ValueType;
import io.pharos.model.promql.VectorMatching;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of a plan. `span` is what annotations point at.
public sealed interface PlanNode {
    Span span();

    ValueType type();

    record Constant(double value, Span span) implements PlanNode {
        @Override
        public ValueType type() {
            return ValueType.SCALAR;
        }
    }

    record Text(String value, Span span) implements PlanNode {
        @Override
        public ValueType type() {
            return ValueType.STRING;
        }
    }

    /// The newest sample of each series at each step.
    record InstantSelect(Selector selector) implements PlanNode {
        @Override
        public Span span() {
            return selector.span();
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    /// The samples of each series in the `rangeMs` before each step.
    record RangeSelect(Selector selector, long rangeMs, Span span) implements PlanNode {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    /// `inner` evaluated at multiples of `stepMs` in the `rangeMs` before each step (or `atMs`), minus `offsetMs`.
    record Subquery(
            PlanNode inner,
            long rangeMs,
            long stepMs,
            long offsetMs,
            @Nullable Long atMs,
            Span span) implements PlanNode {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    /// A subtree that has the same value at every step; evaluated at the first.
    record Invariant(PlanNode inner) implements PlanNode {
        @Override
        public Span span() {
            return inner.span();
        }

        @Override
        public ValueType type() {
            return inner.type();
        }
    }

    record Negate(PlanNode inner, Span span) implements PlanNode {
        @Override
        public ValueType type() {
            return inner.type();
        }
    }

    /// Both sides scalars.
    record ScalarBinary(BinaryOperator operator, PlanNode left, PlanNode right, Span span) implements PlanNode {
        @Override
        public ValueType type() {
            return ValueType.SCALAR;
        }
    }

    /// A vector and a scalar; `scalarOnLeft` says which side the scalar stands on.
    record VectorScalar(
            BinaryOperator operator,
            PlanNode vector,
            PlanNode scalar,
            boolean scalarOnLeft,
            boolean returnBool,
            Span span)
            implements PlanNode {
        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    /// Both sides vectors, set operators included.
    record VectorBinary(
            BinaryOperator operator,
            PlanNode left,
            PlanNode right,
            VectorMatching matching,
            boolean returnBool,
            Span span)
            implements PlanNode {
        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    record Aggregate(
            Aggregator operator,
            PlanNode input,
            @Nullable PlanNode parameter,
            List<String> grouping,
            boolean without,
            Span span)
            implements PlanNode {
        public Aggregate {
            grouping = List.copyOf(grouping);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    record Call(Function function, List<PlanNode> arguments, Span span) implements PlanNode {
        public Call {
            arguments = List.copyOf(arguments);
        }

        @Override
        public ValueType type() {
            return function.returns();
        }
    }
}
