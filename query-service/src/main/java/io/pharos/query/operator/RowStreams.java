package io.pharos.query.operator;

import io.pharos.model.port.SeriesSet;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.promql.Span;
import io.pharos.model.promql.ValueType;
import io.pharos.query.function.EvaluationException;
import io.pharos.query.function.RangeFunction;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.Selector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Nodes whose value at a row depends on that row of a selection, or of a subquery, alone: selectors, functions over
/// ranges, and what only maps cells above them.
final class RowStreams {
    private static final Span NOWHERE = new Span(0, 0);

    /// Rows that are worth a task: looking up one sample is cheap, reading a range is not.
    static final int INSTANT_ROWS = 64;

    private static final int RANGE_ROWS = 8;

    private final QueryContext context;
    private final Selections selections;
    private final Evaluator evaluator;
    private final boolean delayed;

    RowStreams(QueryContext context, Selections selections, Evaluator evaluator) {
        this.context = context;
        this.selections = selections;
        this.evaluator = evaluator;
        delayed = context.flags.delayedNameRemoval();
    }

    /// A stream, if the node's value at a row depends on that row alone; else null.
    @Nullable
    SeriesStream of(PlanNode node, Grid grid, Tally tally) {
        if (node instanceof PlanNode.InstantSelect(Selector selector)) {
            return select(selector, grid, InstantFiller.Kind.VALUE, tally);
        }
        if (node instanceof PlanNode.Call c) {
            int range = rangeArgument(c);
            if (range >= 0) {
                return c.function() == Function.ABSENT_OVER_TIME ? null : overRange(c, range, grid, tally);
            }
            if (c.function() == Function.TIMESTAMP
                    && c.arguments().getFirst() instanceof PlanNode.InstantSelect(Selector selector)) {
                return select(selector, grid, InstantFiller.Kind.TIME, tally).map(_ -> {}, SeriesStream.Drop.IDENTITY);
            }
            if (c.function() == Function.START_TIMESTAMP) {
                return c.arguments().getFirst() instanceof PlanNode.InstantSelect(Selector selector)
                                && context.flags.useStartTimestamps()
                        ? select(selector, grid, InstantFiller.Kind.START, tally)
                                .map(_ -> {}, SeriesStream.Drop.IDENTITY)
                        : null;
            }
        }
        if (!mayStream(node)) {
            return null;
        }
        BlockMaps.Mapped mapped = new BlockMaps(context, evaluator).of(node, grid, tally);
        if (mapped == null) {
            return null;
        }
        SeriesStream inner = of(mapped.child(), grid, tally);
        return inner == null ? null : inner.map(mapped.map(), mapped.drop());
    }

    /// Whether, under maps alone, a selector or range function lies. Where dropping the name below may make two rows
    /// equal, the rows must be looked at together before anything is done to them.
    private boolean mayStream(PlanNode node) {
        PlanNode child = BlockMaps.child(node);
        if (child == null) {
            return false;
        }
        if (child instanceof PlanNode.InstantSelect) {
            return true;
        }
        boolean range =
                child instanceof PlanNode.Call c && rangeArgument(c) >= 0 && c.function() != Function.ABSENT_OVER_TIME;
        return (range || mayStream(child)) && (delayed || !BlockMaps.drops(child) || hasOneName(child));
    }

    private boolean hasOneName(PlanNode node) {
        return switch (node) {
            case PlanNode.InstantSelect(Selector s) -> s.metricName() != null && !context.flags.typeAndUnitLabels();
            case PlanNode.RangeSelect(Selector s, var _, var _) ->
                s.metricName() != null && !context.flags.typeAndUnitLabels();
            case PlanNode.Call c
            when rangeArgument(c) >= 0 -> hasOneName(c.arguments().get(rangeArgument(c)));
            default -> {
                PlanNode child = BlockMaps.child(node);
                yield child != null && hasOneName(child);
            }
        };
    }

    private SeriesStream select(Selector selector, Grid grid, InstantFiller.Kind kind, Tally tally) {
        SeriesSet set = selections.of(selector);
        var rows = new RowSource.Selected(set, selector.metricName());
        return new SeriesStream(
                context,
                rows,
                grid,
                () -> new InstantFiller(context, set, grid, selector, kind, tally),
                List.of(),
                SeriesStream.Drop.NONE,
                false,
                INSTANT_ROWS);
    }

    static int rangeArgument(PlanNode.Call c) {
        for (int i = 0; i < c.arguments().size(); i++) {
            if (c.arguments().get(i).type() == ValueType.MATRIX) {
                return i;
            }
        }
        return -1;
    }

    SeriesStream overRange(PlanNode.Call c, int at, Grid grid, Tally tally) {
        PlanNode argument = c.arguments().get(at);
        PlanNode bare = argument instanceof PlanNode.Invariant(PlanNode inner) ? inner : argument;
        var scalars = new ArrayList<double[]>();
        RowSource rows;
        long range;
        long offset;
        Long atMs;
        RangeMode mode = RangeMode.PLAIN;
        boolean statsOnly = false;
        switch (bare) {
            case PlanNode.RangeSelect(Selector selector, long rangeMs, var _) -> {
                checkMode(selector.mode(), c.function());
                rows = new RowSource.Selected(selections.of(selector), selector.metricName());
                range = rangeMs;
                offset = selector.offsetMs();
                atMs = selector.atMs();
                mode = selector.mode();
                statsOnly = selector.statsOnly();
            }
            case PlanNode.Subquery s -> {
                rows = new RowSource.Evaluated(evaluator.subquery(s, grid, tally));
                range = s.rangeMs();
                offset = s.offsetMs();
                atMs = s.atMs();
            }
            default -> throw new IllegalStateException("bug: no range: " + bare);
        }
        for (int i = 0; i < c.arguments().size(); i++) {
            if (i != at) {
                scalars.add(evaluator.scalars(c.arguments().get(i), grid, tally));
            }
        }
        Span first = spanOf(c.arguments().getFirst());
        var of = new RangeFiller.Range(
                c.function(), range, offset, atMs, mode, statsOnly, scalars.toArray(double[][]::new), first, first);
        boolean keeps = RangeFunction.keepsName(c.function());
        return new SeriesStream(
                context,
                rows,
                grid,
                () -> new RangeFiller(context, rows, grid, of, tally),
                List.of(),
                keeps ? SeriesStream.Drop.NONE : SeriesStream.Drop.IDENTITY,
                true,
                RANGE_ROWS);
    }

    /// The reference replaces a subquery by its result, which has no place in the text.
    static Span spanOf(PlanNode argument) {
        PlanNode bare = argument instanceof PlanNode.Invariant(PlanNode inner) ? inner : argument;
        return bare instanceof PlanNode.Subquery ? NOWHERE : bare.span();
    }

    private static void checkMode(RangeMode mode, Function function) {
        String safe =
                switch (mode) {
                    case PLAIN -> "";
                    case ANCHORED -> "changes, delta, increase, rate, resets";
                    case SMOOTHED -> "delta, increase, rate";
                };
        if (!safe.isEmpty() && !List.of(safe.split(", ")).contains(function.text())) {
            String name = mode == RangeMode.ANCHORED ? "anchored" : "smoothed";
            throw new EvaluationException(
                    name + " modifier can only be used with: " + safe + " - not with " + function.text());
        }
    }
}
