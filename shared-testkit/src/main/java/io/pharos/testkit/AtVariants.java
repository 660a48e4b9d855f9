package io.pharos.testkit;

import io.pharos.model.port.FeatureFlags;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.promql.PromqlPrinter;
import io.pharos.model.promql.TimeShift;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// An instant evaluation asked in other words: with `@` on every selector it gives the same at any time.
final class AtVariants {
    /// An expression and when to evaluate it.
    record Variant(String expression, long atMs) {}

    private static final Set<Function> TIME_DEPENDENT = EnumSet.of(
            Function.DAYS_IN_MONTH,
            Function.DAY_OF_MONTH,
            Function.DAY_OF_WEEK,
            Function.DAY_OF_YEAR,
            Function.END,
            Function.HOUR,
            Function.MINUTE,
            Function.MONTH,
            Function.YEAR,
            Function.PREDICT_LINEAR,
            Function.RANGE,
            Function.START,
            Function.STEP,
            Function.TIME,
            Function.TIMESTAMP);

    private final long atMs;
    private boolean timeDependent;

    private AtVariants(long atMs) {
        this.atMs = atMs;
    }

    static List<Variant> of(String expression, long atMs) {
        Expr expr;
        try {
            expr = new PromqlParser(FeatureFlags.allPromql()).parse(expression);
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        var variants = new AtVariants(atMs);
        String text = PromqlPrinter.print(variants.pinned(expr));
        // Strings that are no UTF-8 cannot be printed.
        if (variants.timeDependent || text.indexOf(0xFFFD) >= 0) {
            return List.of();
        }
        long[] times = atMs == 0 ? new long[] {-1000, 0, 1000} : new long[] {-10 * atMs, 0, atMs / 5, atMs, 10 * atMs};
        var list = new ArrayList<Variant>();
        for (long ms : times) {
            list.add(new Variant(text, ms));
        }
        return list;
    }

    private TimeShift pinned(TimeShift shift) {
        // For an instant query start() and end() are its time.
        return shift.at() instanceof TimeShift.At.Fixed
                ? shift
                : new TimeShift(shift.offset(), new TimeShift.At.Fixed(atMs));
    }

    private Expr pinned(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral n -> n;
            case Expr.StringLiteral s -> s;
            case Expr.VectorSelector v -> pinned(v);
            case Expr.MatrixSelector m -> new Expr.MatrixSelector(pinned(m.selector()), m.range(), m.span());
            // What stands inside a subquery that is pinned is left alone.
            case Expr.Subquery s -> new Expr.Subquery(s.expr(), s.range(), s.step(), pinned(s.shift()), s.span());
            case Expr.Unary u -> new Expr.Unary(u.negative(), pinned(u.expr()), u.span());
            case Expr.Paren p -> new Expr.Paren(pinned(p.expr()), p.span());
            case Expr.Binary b ->
                new Expr.Binary(
                        b.operator(), pinned(b.left()), pinned(b.right()), b.returnBool(), b.matching(), b.span());
            case Expr.Aggregation a -> {
                Expr parameter = a.parameter();
                yield new Expr.Aggregation(
                        a.operator(),
                        pinned(a.expr()),
                        parameter == null ? null : pinned(parameter),
                        a.grouping(),
                        a.without(),
                        a.span());
            }
            case Expr.Call c -> {
                timeDependent |= TIME_DEPENDENT.contains(c.function());
                var arguments = new ArrayList<Expr>();
                for (int i = 0; i < c.arguments().size(); i++) {
                    arguments.add(pinned(c.arguments().get(i)));
                }
                yield new Expr.Call(c.function(), arguments, c.span());
            }
        };
    }

    private Expr.VectorSelector pinned(Expr.VectorSelector v) {
        return new Expr.VectorSelector(v.name(), v.matchers(), pinned(v.shift()), v.mode(), v.span());
    }
}
