package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.promql.Aggregator;
import io.pharos.model.promql.Span;
import io.pharos.model.text.GoText;
import io.pharos.query.function.EvaluationException;
import io.pharos.query.function.LabelFunctions;
import io.pharos.query.function.Quantiles;
import io.pharos.query.plan.PlanNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Aggregations: those of [Accumulator] straight from a stream where that is possible, the others over a table.
final class Aggregation {
    private static final double MAX_LONG = 0x1p63;
    private static final Accumulator.RowOrder BY_NUMBER = (row, other) -> row < other;

    private final QueryContext context;
    private final PlanNode.Aggregate node;
    private final Grid grid;
    private final boolean delayed;

    Aggregation(QueryContext context, PlanNode.Aggregate node, Grid grid) {
        this.context = context;
        this.node = node;
        this.grid = grid;
        delayed = context.flags.delayedNameRemoval();
    }

    static boolean accumulates(Aggregator operator) {
        return switch (operator) {
            case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR -> true;
            case TOPK, BOTTOMK, COUNT_VALUES, QUANTILE, LIMITK, LIMIT_RATIO -> false;
        };
    }

    private Span inputSpan() {
        return node.input().span();
    }

    private Span parameterSpan() {
        PlanNode parameter = node.parameter();
        return parameter == null ? node.span() : parameter.span();
    }

    SeriesTable overStream(SeriesStream stream) {
        var names = new ArrayList<>(node.grouping());
        boolean dropsNow = stream.drop != SeriesStream.Drop.NONE && !delayed;
        if (dropsNow) {
            if (node.without()) {
                names.addAll(LabelPick.IDENTITY);
            } else {
                names.removeAll(LabelPick.IDENTITY);
            }
        }
        SeriesSet.Groups groups = node.without() || !names.isEmpty()
                ? stream.rows.group(names, node.without())
                : new SeriesSet.Groups(new int[stream.rows.size()], List.of(Labels.EMPTY));
        int[] groupOf = groups.groupOf();
        if (groupOf.length == 0 || grid.steps() == 0) {
            return SeriesTable.empty(grid);
        }
        var accumulator =
                accumulator(groups.labels().size(), stream.rows.inOrder() ? BY_NUMBER : byLabels(stream.rows));
        stream.forEach(block -> {
            for (int row = 0; row < block.rows; row++) {
                int source = block.source[row];
                accumulator.add(groupOf[source], source, block, row, _ -> stream.rows
                        .labels(source)
                        .metricName());
            }
        });
        boolean drop = delayed && stream.drop != SeriesStream.Drop.NONE;
        var dropped = new BitSet();
        dropped.set(0, groups.labels().size(), drop);
        return finish(accumulator, groups.labels(), dropped);
    }

    private static Accumulator.RowOrder byLabels(RowSource rows) {
        return (row, other) -> rows.labels(row).compareTo(rows.labels(other)) < 0;
    }

    private Accumulator accumulator(int groups, Accumulator.RowOrder order) {
        // Values, what is owed to them, counts: at most three columns.
        context.holdBytes(3L * Double.BYTES * groups * grid.steps());
        return new Accumulator(node.operator(), groups, grid.steps(), inputSpan(), context.notes, order);
    }

    private SeriesTable finish(Accumulator accumulator, List<Labels> labels, BitSet drop) {
        SeriesBlock block = accumulator.finish();
        var table = new SeriesTable(grid, List.of(block), labels.toArray(Labels[]::new), drop);
        int[] order = accumulator.order();
        boolean asIs = order.length == table.rows;
        for (int i = 0; asIs && i < order.length; i++) {
            asIs = order[i] == i;
        }
        return (asIs ? table : table.pick(order)).withoutEmptyRows();
    }

    /// @param parameter the scalar parameter at each step, where the operator has one
    SeriesTable overTable(SeriesTable input, double @Nullable [] parameter) {
        if (node.operator() == Aggregator.COUNT_VALUES) {
            return countValues(input);
        }
        if (parameter != null) {
            checkParameter(parameter);
        }
        if (input.rows == 0 || parameter != null && selectsNothing(parameter)) {
            return SeriesTable.empty(grid);
        }
        SeriesSet.Groups groups = RowSource.group(input.labels, node.grouping(), node.without());
        int[] groupOf = groups.groupOf();
        if (accumulates(node.operator())) {
            var accumulator = accumulator(groups.labels().size(), BY_NUMBER);
            var drop = new BitSet();
            int row = 0;
            for (SeriesBlock block : input.blocks()) {
                int first = row;
                for (int i = 0; i < block.rows; i++, row++) {
                    accumulator.add(groupOf[row], row, block, i, of -> input.labels[first + of].metricName());
                    if (input.dropName.get(row)) {
                        drop.set(groupOf[row]);
                    }
                }
            }
            return finish(accumulator, groups.labels(), drop);
        }
        double[] values = parameter == null ? new double[grid.steps()] : parameter;
        int[][] members = members(groupOf, groups.labels().size());
        return switch (node.operator()) {
            case QUANTILE -> quantile(input, groups.labels(), members, values);
            case TOPK, BOTTOMK -> topK(input, members, values);
            case LIMITK -> limitK(input, members, values);
            default -> limitRatio(input, members, values);
        };
    }

    private static int[][] members(int[] groupOf, int groups) {
        var sizes = new int[groups];
        for (int group : groupOf) {
            sizes[group]++;
        }
        var members = new int[groups][];
        for (int i = 0; i < groups; i++) {
            members[i] = new int[sizes[i]];
            sizes[i] = 0;
        }
        for (int row = 0; row < groupOf.length; row++) {
            int group = groupOf[row];
            members[group][sizes[group]++] = row;
        }
        return members;
    }

    private static double most(double[] values) {
        double most = values[0];
        for (double v : values) {
            if (v > most || Double.isNaN(most)) {
                most = v;
            }
        }
        return most;
    }

    private static double least(double[] values) {
        double least = values[0];
        for (double v : values) {
            if (v < least || Double.isNaN(least)) {
                least = v;
            }
        }
        return least;
    }

    private static boolean anyNan(double[] values) {
        return Arrays.stream(values).anyMatch(Double::isNaN);
    }

    private boolean selectsNothing(double[] parameter) {
        return switch (node.operator()) {
            case TOPK, BOTTOMK, LIMITK -> most(parameter) < 1;
            case LIMIT_RATIO -> most(parameter) == 0 && least(parameter) == 0;
            default -> false;
        };
    }

    private void checkParameter(double[] parameter) {
        if (parameter.length == 0 || selectsNothing(parameter)) {
            return;
        }
        double most = most(parameter);
        double least = least(parameter);
        switch (node.operator()) {
            case TOPK, BOTTOMK, LIMITK -> {
                if (anyNan(parameter)) {
                    throw new EvaluationException("Parameter value is NaN");
                }
                if (least <= -MAX_LONG) {
                    throw new EvaluationException("Scalar value " + GoText.general(least) + " underflows int64");
                }
                if (most >= MAX_LONG) {
                    throw new EvaluationException("Scalar value " + GoText.general(most) + " overflows int64");
                }
            }
            case LIMIT_RATIO -> {
                if (anyNan(parameter)) {
                    throw new EvaluationException("Ratio value is NaN");
                }
                if (most > 1) {
                    context.notes.invalidRatio(most, 1, parameterSpan());
                }
                if (least < -1) {
                    context.notes.invalidRatio(least, -1, parameterSpan());
                }
            }
            case QUANTILE -> {
                if (anyNan(parameter)) {
                    context.notes.invalidQuantile(Double.NaN, parameterSpan());
                }
                if (most > 1) {
                    context.notes.invalidQuantile(most, parameterSpan());
                }
                if (least < 0) {
                    context.notes.invalidQuantile(least, parameterSpan());
                }
            }
            default -> {}
        }
    }

    private SeriesTable quantile(SeriesTable input, List<Labels> labels, int[][] members, double[] q) {
        var builder = new TableBuilder(grid);
        double[] values = new double[64];
        for (int group = 0; group < members.length; group++) {
            context.check();
            int[] rows = members[group];
            boolean drop = Arrays.stream(rows).anyMatch(input.dropName::get);
            int to = builder.newRow(labels.get(group), drop);
            if (values.length < rows.length) {
                values = new double[rows.length];
            }
            for (int step = 0; step < grid.steps(); step++) {
                int n = 0;
                for (int row : rows) {
                    SeriesBlock block = input.block(row);
                    int cell = input.firstCell(row) + step;
                    if (!block.has(cell)) {
                        continue;
                    }
                    if (block.histogram(cell) != null) {
                        context.notes.ignoredInAggregation("quantile", inputSpan());
                    } else {
                        values[n++] = block.values[cell];
                    }
                }
                if (n > 0) {
                    builder.set(to, step, Quantiles.quantile(q[step], values, n));
                }
            }
        }
        return builder.build();
    }

    private SeriesTable topK(SeriesTable input, int[][] members, double[] k) {
        boolean top = node.operator() == Aggregator.TOPK;
        var chosen = new Chosen(input, grid);
        for (int[] rows : members) {
            context.check();
            var heap = new TopHeap(top, Math.min(rows.length, 1 << 20));
            for (int step = 0; step < grid.steps(); step++) {
                int most = (int) Math.min((long) k[step], input.rows);
                if (most < 1) {
                    continue;
                }
                heap.start(most);
                for (int row : rows) {
                    SeriesBlock block = input.block(row);
                    int cell = input.firstCell(row) + step;
                    if (!block.has(cell)) {
                        continue;
                    }
                    if (block.histogram(cell) != null) {
                        context.notes.ignoredInAggregation(node.operator().text(), node.span());
                    } else {
                        heap.offer(row, block.values[cell]);
                    }
                }
                for (int row : heap.sorted()) {
                    chosen.take(row, step);
                }
            }
        }
        return chosen.table();
    }

    private SeriesTable limitK(SeriesTable input, int[][] members, double[] k) {
        var chosen = new Chosen(input, grid);
        for (int[] rows : members) {
            for (int step = 0; step < grid.steps(); step++) {
                long left = (long) k[step];
                for (int i = 0; i < rows.length && left > 0; i++) {
                    if (input.block(rows[i]).has(input.firstCell(rows[i]) + step)) {
                        chosen.take(rows[i], step);
                        left--;
                    }
                }
            }
        }
        return chosen.table();
    }

    private SeriesTable limitRatio(SeriesTable input, int[][] members, double[] ratio) {
        var chosen = new Chosen(input, grid);
        boolean instant = grid.steps() == 1;
        for (int[] rows : members) {
            // Prometheus collects what it keeps in a heap by value; only an instant result shows that order.
            var heap = new TopHeap(true, instant ? rows.length : 1);
            heap.start(rows.length);
            for (int row : rows) {
                double offset = unsigned(input.labels[row].hash()) / 0x1p64;
                SeriesBlock block = input.block(row);
                int cell = input.firstCell(row);
                for (int step = 0; step < grid.steps(); step++) {
                    double r = Math.clamp(ratio[step], -1, 1);
                    boolean kept = r >= 0 ? offset < r : offset >= 1 + r;
                    if (!kept || !block.has(cell + step)) {
                        continue;
                    }
                    if (instant) {
                        heap.offer(row, block.isFloat(cell) ? block.values[cell] : 0);
                    } else {
                        chosen.take(row, step);
                    }
                }
            }
            for (int row : heap.unsorted()) {
                chosen.take(row, 0);
            }
        }
        return chosen.table();
    }

    private static double unsigned(long bits) {
        double low = (double) (bits & 0x7ff);
        return (double) (bits >>> 11) * 2048 + low;
    }

    private SeriesTable countValues(SeriesTable input) {
        if (!(node.parameter() instanceof PlanNode.Text(String label, Span span))) {
            throw new IllegalStateException("bug: count_values without a label");
        }
        if (!LabelFunctions.isLabelName(label)) {
            // Bytes that are no UTF-8 are lost in a String, so they are shown as they were written.
            byte[] query = context.expression.getBytes(StandardCharsets.UTF_8);
            String written = label.indexOf(0xFFFD) >= 0 && span.end() <= query.length
                    ? new String(query, span.start(), span.end() - span.start(), StandardCharsets.UTF_8)
                    : GoText.quote(label);
            throw new EvaluationException("invalid label name " + written);
        }
        var names = new ArrayList<>(node.grouping());
        LabelPick pick;
        if (node.without()) {
            names.add(Labels.METRIC_NAME);
            pick = LabelPick.dropping(names);
        } else {
            names.add(label);
            pick = LabelPick.keeping(names);
        }
        var builder = new TableBuilder(grid);
        var labelled = new LabelsBuilder();
        for (int step = 0; step < grid.steps(); step++) {
            var counts = new LinkedHashMap<Labels, Integer>();
            for (int row = 0; row < input.rows; row++) {
                SeriesBlock block = input.block(row);
                int cell = input.firstCell(row) + step;
                if (!block.has(cell)) {
                    continue;
                }
                FloatHistogram h = block.histogram(cell);
                String text = h == null ? GoText.plain(block.values[cell]) : h.toString();
                Labels key = pick.of(
                        labelled.reset(input.labels[row]).set(label, text).build());
                counts.merge(key, 1, Integer::sum);
            }
            int at = step;
            counts.forEach((labels, count) -> builder.set(builder.row(labels, false), at, (double) count));
        }
        return builder.build();
    }

    /// Cells picked from a table, as rows of their own; rows appear in the order in which they were first picked.
    private static final class Chosen {
        private final SeriesTable input;
        private final TableBuilder builder;
        private final int[] target;

        Chosen(SeriesTable input, Grid grid) {
            this.input = input;
            builder = new TableBuilder(grid);
            target = new int[input.rows];
            Arrays.fill(target, -1);
        }

        void take(int row, int step) {
            if (target[row] < 0) {
                target[row] = builder.newRow(input.labels[row], input.dropName.get(row));
            }
            builder.set(target[row], step, input.block(row), input.firstCell(row) + step);
        }

        SeriesTable table() {
            return builder.build();
        }
    }
}
