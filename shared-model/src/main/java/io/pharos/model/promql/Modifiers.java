package io.pharos.model.promql;

import io.pharos.model.promql.Token.Kind;
import io.pharos.model.text.GoText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses what may follow an operand, any number of times: `offset`, `@`, `[range]`, `[range:step]`, `anchored`,
/// `smoothed`.
final class Modifiers {
    private static final String DURATION_EXPECTED = "number, duration, step(), or range()";

    private final ExprParser tokens;

    Modifiers(ExprParser tokens) {
        this.tokens = tokens;
    }

    /// The operand with everything that follows it.
    Expr apply(Expr operand) {
        Expr expr = operand;
        while (true) {
            switch (tokens.peek().kind()) {
                case OFFSET -> expr = withOffset(expr);
                case AT -> expr = withAt(expr);
                case LEFT_BRACKET -> expr = withRange(expr);
                case ANCHORED -> expr = withMode(expr, RangeMode.ANCHORED);
                case SMOOTHED -> expr = withMode(expr, RangeMode.SMOOTHED);
                default -> {
                    return expr;
                }
            }
        }
    }

    private Expr withOffset(Expr expr) {
        tokens.take();
        DurationExpr written = new DurationParser(tokens).offset();
        boolean zero = written instanceof DurationExpr.Literal(double seconds, boolean _, Span _) && seconds == 0;
        TimeShift shift = shiftOf(expr);
        if (shift == null) {
            throw tokens.error(
                    expr.span(),
                    "offset modifier must be preceded by an instant vector selector or range vector selector or a"
                            + " subquery");
        }
        if (shift.offset() != null) {
            throw tokens.error(expr.span(), "offset may not be set multiple times");
        }
        return shifted(expr, new TimeShift(zero ? null : written, shift.at()), tokens.lastEnd());
    }

    private Expr withAt(Expr expr) {
        tokens.take();
        Token token = tokens.peek();
        boolean sign = token.kind() == Kind.ADD || token.kind() == Kind.SUB;
        if (sign) {
            tokens.take();
        }
        TimeShift.At at;
        Kind kind = tokens.peek().kind();
        if (kind == Kind.NUMBER || kind == Kind.DURATION) {
            double value = tokens.number();
            double seconds = token.kind() == Kind.SUB ? -value : value;
            if (!(Math.abs(seconds) < 0x1p63)) {
                throw tokens.error(expr.span(), "timestamp out of bounds for @ modifier: " + GoText.fixed(seconds, 6));
            }
            at = new TimeShift.At.Fixed(Math.round(Math.abs(seconds) * 1000) * (seconds < 0 ? -1 : 1));
        } else if (!sign && (kind == Kind.START || kind == Kind.END)) {
            tokens.take();
            for (Kind paren : List.of(Kind.LEFT_PAREN, Kind.RIGHT_PAREN)) {
                if (!tokens.skip(paren)) {
                    throw tokens.unexpected("@", "timestamp");
                }
            }
            at = kind == Kind.START ? new TimeShift.At.Start() : new TimeShift.At.End();
        } else {
            throw tokens.unexpected("@", "timestamp");
        }
        TimeShift shift = shiftOf(expr);
        if (shift == null) {
            throw tokens.error(
                    expr.span(),
                    "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery");
        }
        if (!(shift.at() instanceof TimeShift.At.EvaluationTime)) {
            throw tokens.error(expr.span(), "@ <timestamp> may not be set multiple times");
        }
        return shifted(expr, new TimeShift(shift.offset(), at), tokens.lastEnd());
    }

    private static @Nullable TimeShift shiftOf(Expr expr) {
        return switch (expr) {
            case Expr.VectorSelector v -> v.shift();
            case Expr.MatrixSelector m -> m.selector().shift();
            case Expr.Subquery s -> s.shift();
            default -> null;
        };
    }

    private static Expr shifted(Expr expr, TimeShift shift, int end) {
        return switch (expr) {
            case Expr.VectorSelector v ->
                new Expr.VectorSelector(
                        v.name(),
                        v.matchers(),
                        shift,
                        v.mode(),
                        new Span(v.span().start(), end));
            case Expr.MatrixSelector m -> {
                Expr.VectorSelector v = m.selector();
                yield new Expr.MatrixSelector(
                        new Expr.VectorSelector(v.name(), v.matchers(), shift, v.mode(), v.span()),
                        m.range(),
                        new Span(m.span().start(), end));
            }
            case Expr.Subquery s ->
                new Expr.Subquery(
                        s.expr(), s.range(), s.step(), shift, new Span(s.span().start(), end));
            default -> throw new IllegalStateException("bug: no time shift on " + expr);
        };
    }

    private Expr withMode(Expr expr, RangeMode mode) {
        tokens.take();
        String word = mode == RangeMode.ANCHORED ? "anchored" : "smoothed";
        if (!tokens.flags().extendedRangeSelectors()) {
            throw tokens.error(expr.span(), word + " modifier is experimental and not enabled");
        }
        return switch (expr) {
            case Expr.VectorSelector v -> withMode(v, mode, expr.span());
            case Expr.MatrixSelector m ->
                new Expr.MatrixSelector(withMode(m.selector(), mode, expr.span()), m.range(), m.span());
            case Expr.Subquery _ -> throw tokens.error(expr.span(), word + " modifier is not supported for subqueries");
            default -> throw tokens.error(expr.span(), word + " modifier not implemented");
        };
    }

    private Expr.VectorSelector withMode(Expr.VectorSelector v, RangeMode mode, Span place) {
        if (v.mode() != RangeMode.PLAIN && v.mode() != mode) {
            throw tokens.error(place, "anchored and smoothed modifiers cannot be used together");
        }
        return new Expr.VectorSelector(v.name(), v.matchers(), v.shift(), mode, v.span());
    }

    private Expr withRange(Expr expr) {
        Token open = tokens.take();
        DurationExpr range = new DurationParser(tokens).positive("subquery or range selector", DURATION_EXPECTED);
        if (tokens.skip(Kind.RIGHT_BRACKET)) {
            return matrix(expr, range, new Span(open.start(), tokens.lastEnd()));
        }
        if (!tokens.skip(Kind.COLON)) {
            throw tokens.unexpected("subquery or range", "\":\" or \"]\"");
        }
        DurationExpr step = null;
        if (!tokens.skip(Kind.RIGHT_BRACKET)) {
            step = new DurationParser(tokens)
                    .positive("subquery selector", "number, duration, step(), range(), or \"]\"");
            if (!tokens.skip(Kind.RIGHT_BRACKET)) {
                throw tokens.unexpected("subquery selector", "\"]\"");
            }
        }
        tokens.deepen(tokens.depth());
        return new Expr.Subquery(
                expr, range, step, TimeShift.NONE, new Span(expr.span().start(), tokens.lastEnd()));
    }

    private Expr matrix(Expr expr, DurationExpr range, Span brackets) {
        if (!(expr instanceof Expr.VectorSelector selector)) {
            throw tokens.error(brackets, "ranges only allowed for vector selectors");
        }
        if (selector.shift().offset() != null) {
            throw tokens.error(brackets, "no offset modifiers allowed before range");
        }
        if (!(selector.shift().at() instanceof TimeShift.At.EvaluationTime)) {
            throw tokens.error(brackets, "no @ modifiers allowed before range");
        }
        tokens.deepen(tokens.depth());
        return new Expr.MatrixSelector(selector, range, new Span(selector.span().start(), brackets.end()));
    }
}
