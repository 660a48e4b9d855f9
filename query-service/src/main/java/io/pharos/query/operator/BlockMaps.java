package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.HistogramQuantile;
import io.pharos.model.promql.ValueType;
import io.pharos.query.function.NumberFunctions;
import io.pharos.query.function.RangeFunction;
import io.pharos.query.plan.PlanNode;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Nodes whose value at a cell depends on that cell of one vector alone: they change blocks in place.
final class BlockMaps {
    /// The vector below, and what is done to its blocks.
    record Mapped(PlanNode child, Consumer<SeriesBlock> map, SeriesStream.Drop drop) {}

    private final QueryContext context;
    private final Evaluator evaluator;

    BlockMaps(QueryContext context, Evaluator evaluator) {
        this.context = context;
        this.evaluator = evaluator;
    }

    /// The vector below a node of this kind, else null.
    static @Nullable PlanNode child(PlanNode node) {
        return switch (node) {
            case PlanNode.Negate(PlanNode inner, var _) when inner.type() == ValueType.VECTOR -> inner;
            case PlanNode.VectorScalar b -> b.vector();
            case PlanNode.Call c when isMap(c) -> c.arguments().getFirst();
            default -> null;
        };
    }

    private static boolean isMap(PlanNode.Call c) {
        return switch (c.function()) {
            case CLAMP, CLAMP_MIN, CLAMP_MAX, ROUND, TIMESTAMP -> true;
            case HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG, HISTOGRAM_STDDEV, HISTOGRAM_STDVAR -> true;
            default -> !c.arguments().isEmpty() && NumberFunctions.of(c.function()) != null;
        };
    }

    /// Whether the node's series lose their names; false for nodes of other kinds than these maps and range functions.
    static boolean drops(PlanNode node) {
        return switch (node) {
            case PlanNode.VectorScalar b -> BinaryJoin.dropsName(b.operator()) || b.returnBool() || drops(b.vector());
            case PlanNode.Call c when RowStreams.rangeArgument(c) >= 0 -> !RangeFunction.keepsName(c.function());
            default -> child(node) != null;
        };
    }

    /// The map of a node of this kind, else null. Evaluates its scalar arguments.
    @Nullable
    Mapped of(PlanNode node, Grid grid, Tally tally) {
        PlanNode child = child(node);
        if (child == null) {
            return null;
        }
        return switch (node) {
            case PlanNode.Negate _ -> new Mapped(child, BlockMaps::negate, SeriesStream.Drop.IDENTITY);
            case PlanNode.VectorScalar b -> vectorScalar(b, evaluator.scalars(b.scalar(), grid, tally));
            case PlanNode.Call c -> call(c, child, grid, tally);
            default -> throw new IllegalStateException("bug: no map: " + node);
        };
    }

    private Mapped call(PlanNode.Call c, PlanNode child, Grid grid, Tally tally) {
        Consumer<SeriesBlock> map =
                switch (c.function()) {
                    case CLAMP -> clamp(scalars(c, 1, grid, tally), scalars(c, 2, grid, tally));
                    case CLAMP_MIN -> clamp(scalars(c, 1, grid, tally), null);
                    case CLAMP_MAX -> clamp(null, scalars(c, 1, grid, tally));
                    case ROUND -> c.arguments().size() > 1 ? round(scalars(c, 1, grid, tally)) : round(null);
                    case TIMESTAMP -> block -> timestamp(block, grid);
                    case HISTOGRAM_COUNT -> histograms(FloatHistogram::count);
                    case HISTOGRAM_SUM -> histograms(FloatHistogram::sum);
                    case HISTOGRAM_AVG -> histograms(h -> h.sum() / h.count());
                    case HISTOGRAM_STDVAR -> histograms(HistogramQuantile::variance);
                    case HISTOGRAM_STDDEV -> histograms(h -> Math.sqrt(HistogramQuantile.variance(h)));
                    default -> {
                        DoubleUnaryOperator of = NumberFunctions.of(c.function());
                        if (of == null) {
                            throw new IllegalStateException(
                                    "bug: " + c.function().text() + " is no map");
                        }
                        yield numbers(of);
                    }
                };
        boolean nameOnly =
                switch (c.function()) {
                    case HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG, HISTOGRAM_STDDEV, HISTOGRAM_STDVAR -> true;
                    default -> false;
                };
        return new Mapped(child, map, nameOnly ? SeriesStream.Drop.NAME : SeriesStream.Drop.IDENTITY);
    }

    private double[] scalars(PlanNode.Call c, int argument, Grid grid, Tally tally) {
        return evaluator.scalars(c.arguments().get(argument), grid, tally);
    }

    static void dropHistograms(SeriesBlock block) {
        if (block.histograms == null) {
            return;
        }
        int cells = block.rows * block.steps;
        for (int cell = 0; cell < cells; cell++) {
            if (block.has(cell) && block.histogram(cell) != null) {
                block.clear(cell);
            }
        }
        block.histograms = null;
    }

    private static Consumer<SeriesBlock> numbers(DoubleUnaryOperator of) {
        return block -> {
            dropHistograms(block);
            double[] values = block.values;
            int cells = block.rows * block.steps;
            for (int cell = 0; cell < cells; cell++) {
                if (block.has(cell)) {
                    values[cell] = of.applyAsDouble(values[cell]);
                }
            }
        };
    }

    private static void timestamp(SeriesBlock block, Grid grid) {
        block.histograms = null;
        for (int row = 0, cell = 0; row < block.rows; row++) {
            for (int step = 0; step < block.steps; step++, cell++) {
                if (block.has(cell)) {
                    block.values[cell] = grid.at(step) / 1000.0;
                }
            }
        }
    }

    private static void negate(SeriesBlock block) {
        int cells = block.rows * block.steps;
        for (int cell = 0; cell < cells; cell++) {
            if (block.has(cell)) {
                FloatHistogram h = block.histogram(cell);
                if (h == null) {
                    block.values[cell] = -block.values[cell];
                } else {
                    block.set(cell, h.times(-1));
                }
            }
        }
    }

    private static Consumer<SeriesBlock> clamp(double @Nullable [] least, double @Nullable [] most) {
        return block -> {
            dropHistograms(block);
            for (int row = 0, cell = 0; row < block.rows; row++) {
                for (int step = 0; step < block.steps; step++, cell++) {
                    if (!block.has(cell)) {
                        continue;
                    }
                    double low = least == null ? Double.NEGATIVE_INFINITY : least[step];
                    double high = most == null ? Double.POSITIVE_INFINITY : most[step];
                    if (high < low) {
                        block.clear(cell);
                    } else {
                        block.values[cell] = NumberFunctions.max(low, NumberFunctions.min(high, block.values[cell]));
                    }
                }
            }
        };
    }

    private static Consumer<SeriesBlock> round(double @Nullable [] to) {
        return block -> {
            dropHistograms(block);
            for (int row = 0, cell = 0; row < block.rows; row++) {
                for (int step = 0; step < block.steps; step++, cell++) {
                    if (block.has(cell)) {
                        double inverse = 1 / (to == null ? 1 : to[step]);
                        block.values[cell] = Math.floor(block.values[cell] * inverse + 0.5) / inverse;
                    }
                }
            }
        };
    }

    private static Consumer<SeriesBlock> histograms(ToDoubleFunction<FloatHistogram> of) {
        return block -> {
            int cells = block.rows * block.steps;
            boolean any = block.histograms != null;
            for (int cell = 0; cell < cells; cell++) {
                if (!block.has(cell)) {
                    continue;
                }
                FloatHistogram h = any ? block.histogram(cell) : null;
                if (h == null) {
                    block.clear(cell);
                } else {
                    block.values[cell] = of.applyAsDouble(h);
                }
            }
            block.histograms = null;
        };
    }

    private Mapped vectorScalar(PlanNode.VectorScalar b, double[] scalar) {
        Consumer<SeriesBlock> map = block -> vectorScalar(
                        new BinaryCell(b.operator(), b.span(), context.notes), scalar, b.scalarOnLeft(), b.returnBool())
                .accept(block);
        boolean drops = BinaryJoin.dropsName(b.operator()) || b.returnBool();
        return new Mapped(b.vector(), map, drops ? SeriesStream.Drop.IDENTITY : SeriesStream.Drop.NONE);
    }

    /// @param out computes one cell after the other; not to be shared by threads
    /// @param swap whether the number stands on the left
    static Consumer<SeriesBlock> vectorScalar(BinaryCell out, double[] scalar, boolean swap, boolean returnBool) {
        boolean comparison = out.operator().isComparison();
        return block -> {
            for (int row = 0, cell = 0; row < block.rows; row++) {
                for (int step = 0; step < block.steps; step++, cell++) {
                    if (!block.has(cell)) {
                        continue;
                    }
                    double v = block.values[cell];
                    FloatHistogram h = block.histogram(cell);
                    BinaryCell.Outcome outcome;
                    if (h == null) {
                        outcome = swap ? out.floats(scalar[step], v) : out.floats(v, scalar[step]);
                    } else {
                        outcome = swap ? out.apply(scalar[step], null, 0, h) : out.apply(0, h, scalar[step], null);
                    }
                    if (outcome == BinaryCell.Outcome.DROPPED
                            || outcome == BinaryCell.Outcome.FILTERED && !returnBool) {
                        block.clear(cell);
                    } else if (returnBool) {
                        block.clear(cell);
                        block.set(cell, outcome == BinaryCell.Outcome.KEPT ? 1.0 : 0.0);
                    } else if (!comparison) {
                        FloatHistogram result = out.histogram;
                        if (result == null) {
                            block.values[cell] = out.value;
                        } else {
                            block.set(cell, result);
                        }
                    }
                }
            }
        };
    }
}
