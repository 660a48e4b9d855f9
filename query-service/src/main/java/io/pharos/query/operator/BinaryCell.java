package io.pharos.query.operator;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.promql.BinaryOperator;
import io.pharos.model.promql.Span;
import io.pharos.query.function.GoMath;
import io.pharos.query.function.Notes;
import io.pharos.query.plan.ScalarArithmetic;
import org.jspecify.annotations.Nullable;

/// One binary operation on two elements, each a float or a histogram. Mutable: the outcome stands in the fields.
final class BinaryCell {
    /// What became of it.
    enum Outcome {
        /// The fields hold the result.
        KEPT,
        /// A comparison was false.
        FILTERED,
        /// The operator does not take these; a note was made.
        DROPPED
    }

    private final BinaryOperator operator;
    private final Span span;
    private final Notes notes;

    double value;

    @Nullable
    FloatHistogram histogram;

    BinaryCell(BinaryOperator operator, Span span, Notes notes) {
        this.operator = operator;
        this.span = span;
        this.notes = notes;
    }

    BinaryOperator operator() {
        return operator;
    }

    Outcome apply(
            double left,
            @Nullable FloatHistogram leftHistogram,
            double right,
            @Nullable FloatHistogram rightHistogram) {
        if (leftHistogram == null && rightHistogram == null) {
            return floats(left, right);
        }
        value = 0;
        histogram = null;
        if (leftHistogram != null && rightHistogram != null) {
            return histograms(leftHistogram, rightHistogram);
        }
        if (leftHistogram == null) {
            FloatHistogram h = java.util.Objects.requireNonNull(rightHistogram);
            return operator == BinaryOperator.MUL ? give(h.times(left).compact()) : dropped("float", "histogram");
        }
        return switch (operator) {
            case MUL -> give(leftHistogram.times(right).compact());
            case DIV -> give(leftHistogram.dividedBy(right).compact());
            case TRIM_UPPER -> give(leftHistogram.trimmed(right, true));
            case TRIM_LOWER -> give(leftHistogram.trimmed(right, false));
            default -> dropped("histogram", "float");
        };
    }

    Outcome floats(double left, double right) {
        histogram = null;
        switch (operator) {
            case ADD -> value = left + right;
            case SUB -> value = left - right;
            case MUL -> value = left * right;
            case DIV -> value = left / right;
            case MOD -> value = left % right;
            case POW -> value = GoMath.power(left, right);
            case ATAN2 -> value = GoMath.atan2(left, right);
            case EQL, NEQ, LSS, LTE, GTR, GTE -> {
                value = left;
                return ScalarArithmetic.compare(operator, left, right) ? Outcome.KEPT : Outcome.FILTERED;
            }
            case TRIM_UPPER, TRIM_LOWER -> {
                return dropped("float", "float");
            }
            case AND, OR, UNLESS -> throw new IllegalStateException("bug: set operator on elements");
        }
        return Outcome.KEPT;
    }

    private Outcome histograms(FloatHistogram left, FloatHistogram right) {
        return switch (operator) {
            case ADD -> combined(left.plus(right), "addition", false);
            case SUB -> combined(left.minus(right), "subtraction", true);
            case EQL, NEQ -> {
                histogram = left;
                yield left.sameAs(right) == (operator == BinaryOperator.EQL) ? Outcome.KEPT : Outcome.FILTERED;
            }
            default -> dropped("histogram", "histogram");
        };
    }

    private Outcome combined(FloatHistogram.@Nullable Combination combination, String operation, boolean gauge) {
        if (combination == null) {
            notes.incompatibleBuckets(operator.symbol(), span);
            return Outcome.DROPPED;
        }
        if (combination.resetCollision()) {
            notes.resetCollision(operation, span);
            // Prometheus treats this warning as a failure of the element.
            return Outcome.DROPPED;
        }
        if (combination.boundsReconciled()) {
            notes.reconciledBounds(operation, span);
        }
        FloatHistogram h = combination.histogram();
        return give((gauge ? h.withHint(CounterResetHint.GAUGE) : h).compact());
    }

    private Outcome give(FloatHistogram h) {
        histogram = h;
        return Outcome.KEPT;
    }

    private Outcome dropped(String left, String right) {
        notes.incompatibleTypes(operator.symbol(), left, right, span);
        return Outcome.DROPPED;
    }
}
