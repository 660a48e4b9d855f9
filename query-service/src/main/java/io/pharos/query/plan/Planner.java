package io.pharos.query.plan;

import io.pharos.model.promql.BinaryOperator;
import io.pharos.model.promql.DurationExpr;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.Span;
import io.pharos.model.promql.TimeShift;
import io.pharos.model.promql.ValueType;
import io.pharos.model.promql.VectorMatching;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the plan of one query. Pure; one object a query.
///
/// Rewrites: parentheses and unary plus vanish; `start()`, `end()`, `range()`, `step()` and arithmetic over
/// constants become constants; durations become milliseconds, `@ start()` and `@ end()` times; the largest
/// subtrees that do not depend on the step are wrapped in [PlanNode.Invariant].
public final class Planner {
    /// Their value may change with the step even where their arguments do not.
    private static final Set<Function> TIME_DEPENDENT = EnumSet.of(
            Function.DAYS_IN_MONTH,
            Function.DAY_OF_MONTH,
            Function.DAY_OF_WEEK,
            Function.DAY_OF_YEAR,
            Function.HOUR,
            Function.MINUTE,
            Function.MONTH,
            Function.YEAR,
            Function.PREDICT_LINEAR,
            Function.TIME,
            Function.TIMESTAMP);

    private static final Set<Function> STATS =
            EnumSet.of(Function.HISTOGRAM_COUNT, Function.HISTOGRAM_SUM, Function.HISTOGRAM_AVG);

    private static final Set<Function> WHOLE =
            EnumSet.of(Function.HISTOGRAM_QUANTILE, Function.HISTOGRAM_QUANTILES, Function.HISTOGRAM_FRACTION);

    private final long startMs;
    private final long endMs;
    private final long stepMs;
    private final long defaultStepMs;

    /// How many functions around the current node look at count and sum of histograms alone, and how many nodes need
    /// them whole.
    private int statsDepth;

    private int wholeDepth;

    /// @param stepMs 0 for an instant query
    /// @param defaultStepMs step of subqueries that name none
    public Planner(long startMs, long endMs, long stepMs, long defaultStepMs) {
        this.startMs = startMs;
        this.endMs = endMs;
        this.stepMs = stepMs;
        this.defaultStepMs = defaultStepMs;
    }

    /// Plans `expr`; fails with [PlanException] on durations that make no sense.
    public PlanNode plan(Expr expr) {
        Planned planned = node(expr);
        return planned.wrapped();
    }

    /// A node, whether it is the same at every step, and whether wrapping it then makes sense.
    private record Planned(PlanNode node, boolean invariant, boolean wrappable) {
        PlanNode wrapped() {
            return wrappable ? new PlanNode.Invariant(node) : node;
        }

        static Planned of(PlanNode node, boolean invariant) {
            return new Planned(node, invariant, invariant);
        }
    }

    private Planned node(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral n -> new Planned(new PlanNode.Constant(n.value(), n.span()), true, false);
            case Expr.StringLiteral s -> new Planned(new PlanNode.Text(s.value(), s.span()), true, false);
            case Expr.Paren p -> node(p.expr());
            case Expr.VectorSelector v -> {
                Selector selector = selector(v);
                yield Planned.of(new PlanNode.InstantSelect(selector), selector.atMs() != null);
            }
            case Expr.MatrixSelector m -> {
                Selector selector = selector(m.selector());
                var node = new PlanNode.RangeSelect(selector, milliseconds(m.range(), false), m.span());
                yield new Planned(node, selector.atMs() != null, false);
            }
            case Expr.Subquery s -> subquery(s);
            case Expr.Unary u -> unary(u);
            case Expr.Binary b -> binary(b);
            case Expr.Aggregation a -> aggregation(a);
            case Expr.Call c -> call(c);
        };
    }

    private Selector selector(Expr.VectorSelector v) {
        TimeShift shift = v.shift();
        boolean statsOnly = statsDepth > 0 && wholeDepth == 0;
        return new Selector(v.matchers(), offset(shift), at(shift), v.mode(), statsOnly, v.span());
    }

    private Planned subquery(Expr.Subquery s) {
        wholeDepth++;
        Planned inner = node(s.expr());
        wholeDepth--;
        PlanNode body =
                inner.invariant() && !isConstant(inner.node()) ? new PlanNode.Invariant(inner.node()) : inner.node();
        DurationExpr step = s.step();
        long stepOf = step == null ? defaultStepMs : milliseconds(step, false);
        Long at = at(s.shift());
        long range = milliseconds(s.range(), false);
        return new Planned(
                new PlanNode.Subquery(body, range, Math.max(1, stepOf), offset(s.shift()), at, s.span()),
                at != null,
                false);
    }

    private Planned unary(Expr.Unary u) {
        Planned inner = node(u.expr());
        if (!u.negative()) {
            return inner;
        }
        if (inner.node() instanceof PlanNode.Constant c) {
            return new Planned(new PlanNode.Constant(-c.value(), u.span()), true, false);
        }
        return Planned.of(new PlanNode.Negate(inner.node(), u.span()), inner.invariant());
    }

    private Planned binary(Expr.Binary b) {
        int whole = b.operator() == BinaryOperator.TRIM_UPPER || b.operator() == BinaryOperator.TRIM_LOWER ? 1 : 0;
        wholeDepth += whole;
        Planned left = node(b.left());
        Planned right = node(b.right());
        wholeDepth -= whole;
        if (left.node() instanceof PlanNode.Constant l && right.node() instanceof PlanNode.Constant r) {
            double value = ScalarArithmetic.apply(b.operator(), l.value(), r.value());
            return new Planned(new PlanNode.Constant(value, b.span()), true, false);
        }
        boolean invariant = left.invariant() && right.invariant();
        PlanNode l = invariant ? left.node() : left.wrapped();
        PlanNode r = invariant ? right.node() : right.wrapped();
        BinaryOperator op = b.operator();
        boolean leftScalar = b.left().type() == ValueType.SCALAR;
        boolean rightScalar = b.right().type() == ValueType.SCALAR;
        PlanNode node;
        if (leftScalar && rightScalar) {
            node = new PlanNode.ScalarBinary(op, l, r, b.span());
        } else if (leftScalar || rightScalar) {
            node = new PlanNode.VectorScalar(
                    op, leftScalar ? r : l, leftScalar ? l : r, leftScalar, b.returnBool(), b.span());
        } else {
            VectorMatching matching = Objects.requireNonNull(b.matching(), "bug: two vectors without matching");
            node = new PlanNode.VectorBinary(op, l, r, matching, b.returnBool(), b.span());
        }
        return Planned.of(node, invariant);
    }

    private Planned aggregation(Expr.Aggregation a) {
        Planned input = node(a.expr());
        Expr parameter = a.parameter();
        Planned planned = parameter == null ? null : node(parameter);
        boolean invariant = input.invariant() && (planned == null || planned.invariant());
        PlanNode inner = invariant ? input.node() : input.wrapped();
        PlanNode with = planned == null ? null : invariant ? planned.node() : planned.wrapped();
        return Planned.of(
                new PlanNode.Aggregate(a.operator(), inner, with, a.grouping(), a.without(), a.span()), invariant);
    }

    private Planned call(Expr.Call c) {
        switch (c.function()) {
            case START -> {
                return constant(startMs / 1000.0, c.span());
            }
            case END -> {
                return constant(endMs / 1000.0, c.span());
            }
            case RANGE -> {
                return constant((endMs - startMs) / 1000.0, c.span());
            }
            case STEP -> {
                return constant(startMs == endMs ? 0 : stepMs / 1000.0, c.span());
            }
            case PI -> {
                return constant(Math.PI, c.span());
            }
            default -> {}
        }
        var planned = new ArrayList<Planned>();
        boolean invariant = !TIME_DEPENDENT.contains(c.function());
        boolean timestampOfFixed = c.function() == Function.TIMESTAMP;
        int stats = STATS.contains(c.function()) ? 1 : 0;
        int wholes = WHOLE.contains(c.function()) ? 1 : 0;
        for (Expr argument : c.arguments()) {
            statsDepth += stats;
            wholeDepth += wholes;
            Planned p = node(argument);
            statsDepth -= stats;
            wholeDepth -= wholes;
            planned.add(p);
            invariant &= p.invariant();
            timestampOfFixed &= p.invariant() && p.node() instanceof PlanNode.InstantSelect;
        }
        boolean whole = invariant || timestampOfFixed;
        var arguments = new ArrayList<PlanNode>();
        for (Planned p : planned) {
            arguments.add(whole ? p.node() : p.wrapped());
        }
        return Planned.of(new PlanNode.Call(c.function(), arguments, c.span()), whole);
    }

    private static Planned constant(double value, Span span) {
        return new Planned(new PlanNode.Constant(value, span), true, false);
    }

    private static boolean isConstant(PlanNode node) {
        return node instanceof PlanNode.Constant || node instanceof PlanNode.Text;
    }

    private @Nullable Long at(TimeShift shift) {
        return switch (shift.at()) {
            case TimeShift.At.EvaluationTime _ -> null;
            case TimeShift.At.Fixed(long ms) -> ms;
            case TimeShift.At.Start _ -> startMs;
            case TimeShift.At.End _ -> endMs;
        };
    }

    private long offset(TimeShift shift) {
        DurationExpr offset = shift.offset();
        return offset == null ? 0 : milliseconds(offset, true);
    }

    private long milliseconds(DurationExpr expr, boolean mayBeNegative) {
        double seconds = seconds(expr);
        Span at = expr.span();
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
            throw new PlanException(position(at) + "duration is NaN or infinite");
        }
        if (seconds <= 0 && !mayBeNegative) {
            throw new PlanException(position(at) + "duration must be greater than 0");
        }
        if (seconds > 0x1p63 / 1e9 || seconds < -0x1p63 / 1e9) {
            throw new PlanException(position(at) + "duration is out of range");
        }
        // A literal is rounded to nanoseconds when it is read; without that 4.35 s would become 4349 ms.
        return expr instanceof DurationExpr.Literal || isSignedLiteral(expr)
                ? Math.round(seconds * 1e9) / 1_000_000
                : (long) (seconds * 1000);
    }

    private static boolean isSignedLiteral(DurationExpr expr) {
        return expr instanceof DurationExpr.Unary u && u.operand() instanceof DurationExpr.Literal;
    }

    private double seconds(DurationExpr expr) {
        return switch (expr) {
            case DurationExpr.Literal l -> l.seconds();
            case DurationExpr.Step _ -> stepMs / 1000.0;
            case DurationExpr.Range _ -> (endMs - startMs) / 1000.0;
            case DurationExpr.Unary u -> u.negative() ? -seconds(u.operand()) : seconds(u.operand());
            case DurationExpr.Paren p -> seconds(p.inner());
            case DurationExpr.Extreme e ->
                e.max()
                        ? Math.max(seconds(e.left()), seconds(e.right()))
                        : Math.min(seconds(e.left()), seconds(e.right()));
            case DurationExpr.Binary b -> {
                double left = seconds(b.left());
                double right = seconds(b.right());
                if (right == 0 && b.operator() == BinaryOperator.DIV) {
                    throw new PlanException(position(b.span()) + "division by zero");
                }
                if (right == 0 && b.operator() == BinaryOperator.MOD) {
                    throw new PlanException(position(b.span()) + "modulo by zero");
                }
                yield ScalarArithmetic.apply(b.operator(), left, right);
            }
        };
    }

    private static String position(Span span) {
        return span.start() + ":" + span.end() + ": ";
    }

    /// The nodes directly below a node, in the order they stand in the text.
    public static List<PlanNode> children(PlanNode node) {
        return switch (node) {
            case PlanNode.Constant _, PlanNode.Text _, PlanNode.InstantSelect _, PlanNode.RangeSelect _ -> List.of();
            case PlanNode.Subquery s -> List.of(s.inner());
            case PlanNode.Invariant i -> List.of(i.inner());
            case PlanNode.Negate n -> List.of(n.inner());
            case PlanNode.ScalarBinary b -> List.of(b.left(), b.right());
            case PlanNode.VectorScalar b ->
                b.scalarOnLeft() ? List.of(b.scalar(), b.vector()) : List.of(b.vector(), b.scalar());
            case PlanNode.VectorBinary b -> List.of(b.left(), b.right());
            case PlanNode.Aggregate a -> {
                PlanNode parameter = a.parameter();
                yield parameter == null ? List.of(a.input()) : List.of(parameter, a.input());
            }
            case PlanNode.Call c -> c.arguments();
        };
    }
}
