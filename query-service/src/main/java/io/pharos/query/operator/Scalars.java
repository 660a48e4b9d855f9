package io.pharos.query.operator;

import io.pharos.model.promql.Function;
import io.pharos.query.function.NumberFunctions;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.ScalarArithmetic;
import java.util.Arrays;

/// Scalars: one number a step.
final class Scalars {
    private final QueryContext context;
    private final Evaluator evaluator;

    Scalars(QueryContext context, Evaluator evaluator) {
        this.context = context;
        this.evaluator = evaluator;
    }

    double[] evaluate(PlanNode node, Grid grid, Tally tally) {
        context.check();
        int steps = grid.steps();
        var out = new double[steps];
        switch (node) {
            case PlanNode.Constant(double value, var _) -> Arrays.fill(out, value);
            case PlanNode.Invariant(PlanNode inner) -> {
                if (steps > 0) {
                    Arrays.fill(out, evaluator.scalars(inner, grid.first(), tally)[0]);
                }
            }
            case PlanNode.Negate(PlanNode inner, var _) -> {
                double[] of = evaluator.scalars(inner, grid, tally);
                for (int i = 0; i < steps; i++) {
                    out[i] = -of[i];
                }
            }
            case PlanNode.ScalarBinary b -> {
                double[] left = evaluator.scalars(b.left(), grid, tally);
                double[] right = evaluator.scalars(b.right(), grid, tally);
                for (int i = 0; i < steps; i++) {
                    out[i] = ScalarArithmetic.apply(b.operator(), left[i], right[i]);
                }
            }
            case PlanNode.Call c -> call(c, grid, tally, out);
            default -> throw new IllegalStateException("bug: no scalar: " + node);
        }
        return out;
    }

    private void call(PlanNode.Call c, Grid grid, Tally tally, double[] out) {
        switch (c.function()) {
            case TIME -> {
                for (int i = 0; i < out.length; i++) {
                    out[i] = grid.at(i) / 1000.0;
                }
            }
            case SCALAR -> onlyElement(evaluator.vector(c.arguments().getFirst(), grid, tally), out);
            case MAX_OF, MIN_OF -> {
                double[] a = evaluator.scalars(c.arguments().get(0), grid, tally);
                double[] b = evaluator.scalars(c.arguments().get(1), grid, tally);
                boolean max = c.function() == Function.MAX_OF;
                for (int i = 0; i < out.length; i++) {
                    out[i] = max ? NumberFunctions.max(a[i], b[i]) : NumberFunctions.min(a[i], b[i]);
                }
            }
            default -> throw new IllegalStateException("bug: " + c.function().text() + " gives no scalar");
        }
    }

    private static void onlyElement(SeriesTable table, double[] out) {
        Arrays.fill(out, Double.NaN);
        var found = new int[out.length];
        for (int row = 0; row < table.rows; row++) {
            SeriesBlock block = table.block(row);
            int cell = table.firstCell(row);
            for (int step = 0; step < out.length; step++) {
                if (block.isFloat(cell + step)) {
                    out[step] = found[step]++ == 0 ? block.values[cell + step] : Double.NaN;
                }
            }
        }
    }
}
