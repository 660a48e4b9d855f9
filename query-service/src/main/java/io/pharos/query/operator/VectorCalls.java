package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.labels.Matcher;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.Span;
import io.pharos.query.function.LabelFunctions;
import io.pharos.query.function.NumberFunctions;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Functions of a vector that look at more than one row at a time, or make rows of their own.
final class VectorCalls {
    private final QueryContext context;
    private final Selections selections;
    private final RowStreams streams;
    private final Evaluator evaluator;

    VectorCalls(QueryContext context, Selections selections, RowStreams streams, Evaluator evaluator) {
        this.context = context;
        this.selections = selections;
        this.streams = streams;
        this.evaluator = evaluator;
    }

    SeriesTable evaluate(PlanNode.Call c, Grid grid, Tally tally) {
        List<PlanNode> arguments = c.arguments();
        return switch (c.function()) {
            case VECTOR -> Tables.row(grid, Labels.EMPTY, evaluator.scalars(arguments.getFirst(), grid, tally));
            case DAYS_IN_MONTH, DAY_OF_MONTH, DAY_OF_WEEK, DAY_OF_YEAR, HOUR, MINUTE, MONTH, YEAR -> {
                var of = Objects.requireNonNull(NumberFunctions.of(c.function()));
                var values = new double[grid.steps()];
                for (int step = 0; step < values.length; step++) {
                    values[step] = of.applyAsDouble(Math.floorDiv(grid.at(step), 1000L));
                }
                yield Tables.row(grid, Labels.EMPTY, values);
            }
            case START_TIMESTAMP -> {
                evaluator.vector(arguments.getFirst(), grid, tally);
                yield SeriesTable.empty(grid);
            }
            case ABSENT -> absent(evaluator.vector(arguments.getFirst(), grid, tally), arguments.getFirst(), grid);
            case ABSENT_OVER_TIME -> {
                SeriesTable present = streams.overRange(c, 0, grid, tally).collectUnnamed();
                yield absent(present, arguments.getFirst(), grid);
            }
            case SORT, SORT_DESC, SORT_BY_LABEL, SORT_BY_LABEL_DESC -> sort(c, grid, tally);
            case LABEL_REPLACE -> {
                var replace = LabelFunctions.replace(text(c, 1), text(c, 2), text(c, 3), text(c, 4));
                yield relabel(
                        c,
                        grid,
                        tally,
                        labels -> {
                            Labels changed = replace.apply(labels);
                            return changed == null ? labels : changed;
                        },
                        text(c, 1),
                        replace);
            }
            case LABEL_JOIN -> {
                var names = new ArrayList<String>();
                for (int i = 3; i < arguments.size(); i++) {
                    names.add(text(c, i));
                }
                UnaryOperator<Labels> join = LabelFunctions.join(text(c, 1), text(c, 2), names);
                yield relabel(c, grid, tally, join, text(c, 1), join::apply);
            }
            case HISTOGRAM_QUANTILE -> {
                double[][] q = {evaluator.scalars(arguments.get(0), grid, tally)};
                SeriesTable input = evaluator.vector(arguments.get(1), grid, tally);
                Span[] spans = {arguments.get(0).span()};
                yield evaluator.held(
                        input,
                        new HistogramCalls(context, c.function(), input, RowStreams.spanOf(arguments.get(1)))
                                .evaluate(null, q, spans));
            }
            case HISTOGRAM_FRACTION -> {
                double[][] bounds = {
                    evaluator.scalars(arguments.get(0), grid, tally), evaluator.scalars(arguments.get(1), grid, tally)
                };
                SeriesTable input = evaluator.vector(arguments.get(2), grid, tally);
                yield evaluator.held(
                        input,
                        new HistogramCalls(context, c.function(), input, RowStreams.spanOf(arguments.get(2)))
                                .evaluate(null, bounds, new Span[0]));
            }
            case HISTOGRAM_QUANTILES -> {
                SeriesTable input = evaluator.vector(arguments.getFirst(), grid, tally);
                var quantiles = new ArrayList<double[]>();
                var spans = new ArrayList<Span>();
                for (PlanNode q : arguments.subList(2, arguments.size())) {
                    quantiles.add(evaluator.scalars(q, grid, tally));
                    spans.add(q.span());
                }
                yield evaluator.held(
                        input,
                        new HistogramCalls(context, c.function(), input, RowStreams.spanOf(arguments.getFirst()))
                                .evaluate(text(c, 1), quantiles.toArray(double[][]::new), spans.toArray(Span[]::new)));
            }
            case INFO ->
                new InfoJoin(context, selections, grid)
                        .join(
                                arguments.getFirst(),
                                arguments.size() > 1 ? arguments.get(1) : null,
                                evaluator.vector(arguments.getFirst(), grid, tally),
                                tally);
            default -> throw new IllegalStateException("bug: " + c.function().text() + " is not evaluated here");
        };
    }

    private static String text(PlanNode.Call c, int argument) {
        return Evaluator.text(c.arguments().get(argument));
    }

    private SeriesTable relabel(
            PlanNode.Call c,
            Grid grid,
            Tally tally,
            UnaryOperator<Labels> change,
            String target,
            java.util.function.Function<Labels, @Nullable Labels> matches) {
        SeriesTable table = evaluator.vector(c.arguments().getFirst(), grid, tally);
        var labels = new Labels[table.rows];
        for (int row = 0; row < table.rows; row++) {
            if (target.equals(Labels.METRIC_NAME) && matches.apply(table.labels[row]) != null) {
                table.dropName.clear(row);
            }
            labels[row] = change.apply(table.labels[row]);
        }
        return Tables.mergeSame(table.relabelled(labels), false);
    }

    private SeriesTable sort(PlanNode.Call c, Grid grid, Tally tally) {
        SeriesTable table = evaluator.vector(c.arguments().getFirst(), grid, tally);
        boolean byLabel = c.function() == Function.SORT_BY_LABEL || c.function() == Function.SORT_BY_LABEL_DESC;
        boolean descending = c.function() == Function.SORT_DESC || c.function() == Function.SORT_BY_LABEL_DESC;
        if (!byLabel) {
            for (SeriesBlock block : table.blocks()) {
                BlockMaps.dropHistograms(block);
            }
            table = table.withoutEmptyRows();
        }
        if (grid.steps() != 1) {
            context.notes.warn(
                    "sort is ineffective for range queries since results are always ordered by labels", c.span());
            return table;
        }
        Integer[] order = new Integer[table.rows];
        Arrays.setAll(order, i -> i);
        if (byLabel) {
            var names = new ArrayList<String>();
            for (int i = 1; i < c.arguments().size(); i++) {
                names.add(text(c, i));
            }
            var comparator = LabelFunctions.order(names);
            SeriesTable of = table;
            Arrays.sort(
                    order,
                    (a, b) -> descending
                            ? comparator.compare(of.labels[b], of.labels[a])
                            : comparator.compare(of.labels[a], of.labels[b]));
        } else {
            var values = new double[table.rows];
            for (int row = 0; row < values.length; row++) {
                values[row] = table.block(row).values[table.firstCell(row)];
            }
            Arrays.sort(order, (a, b) -> {
                boolean aNan = Double.isNaN(values[a]);
                boolean bNan = Double.isNaN(values[b]);
                if (aNan || bNan) {
                    return Boolean.compare(aNan, bNan);
                }
                return values[a] == values[b] ? 0 : (values[a] < values[b]) == descending ? 1 : -1;
            });
        }
        return table.pick(Arrays.stream(order).mapToInt(Integer::intValue).toArray());
    }

    private SeriesTable absent(SeriesTable table, PlanNode argument, Grid grid) {
        var present = new boolean[grid.steps()];
        for (int row = 0; row < table.rows; row++) {
            SeriesBlock block = table.block(row);
            int cell = table.firstCell(row);
            for (int step = 0; step < present.length; step++) {
                present[step] |= block.has(cell + step);
            }
        }
        var builder = new TableBuilder(grid);
        int row = builder.row(absentLabels(argument), true);
        for (int step = 0; step < present.length; step++) {
            if (!present[step]) {
                builder.set(row, step, 1);
            }
        }
        return builder.build();
    }

    private static Labels absentLabels(PlanNode argument) {
        Selector selector =
                switch (argument) {
                    case PlanNode.InstantSelect(Selector s) -> s;
                    case PlanNode.RangeSelect(Selector s, var _, var _) -> s;
                    case PlanNode.Invariant(PlanNode.InstantSelect(Selector s)) -> s;
                    case PlanNode.Invariant(PlanNode.RangeSelect(Selector s, var _, var _)) -> s;
                    default -> null;
                };
        if (selector == null) {
            return Labels.EMPTY;
        }
        var builder = new LabelsBuilder();
        var seen = new HashSet<String>();
        for (Matcher m : selector.matchers()) {
            if (m.name().equals(Labels.METRIC_NAME)) {
                continue;
            }
            boolean single = m.type() == Matcher.Type.EQUAL && seen.add(m.name());
            builder.set(m.name(), single ? m.value() : "");
        }
        return builder.build();
    }
}
