package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.promql.Span;
import io.pharos.model.promql.ValueType;
import io.pharos.query.function.EvaluationException;
import io.pharos.query.function.LabelFunctions;
import io.pharos.query.function.NumberFunctions;
import io.pharos.query.function.RangeFunction;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.ScalarArithmetic;
import io.pharos.query.plan.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Evaluates the plan of one query. One object a query; its thread is the one that waits.
///
/// Every node becomes, over the steps of a grid, numbers (scalars), or a table, or a stream where its value at
/// a row depends on that row alone.
public final class Evaluator implements AutoCloseable {
    private static final Span NOWHERE = new Span(0, 0);

    /// Rows that are worth a task: looking up one sample is cheap, reading a range is not.
    static final int INSTANT_ROWS = 64;

    private static final int RANGE_ROWS = 8;

    private final QueryContext context;
    private final Selections selections;
    private final boolean delayed;
    private final @Nullable Profile profile;

    public Evaluator(QueryContext context) {
        this(context, false);
    }

    /// @param explained whether it is noted what each node does, for [#explanation]
    public Evaluator(QueryContext context, boolean explained) {
        this.context = context;
        profile = explained ? new Profile() : null;
        selections = new Selections(context);
        delayed = context.flags.delayedNameRemoval();
    }

    /// Evaluates `plan` at `startMs`, `startMs + stepMs`, … `endMs`; `stepMs` is 0 for one step.
    public Evaluated evaluate(PlanNode plan, long startMs, long endMs, long stepMs, boolean perStep) {
        long begun = System.nanoTime();
        Grid grid = context.checked(Grid.of(startMs, endMs, stepMs));
        var tally = new Tally(grid.steps(), perStep);
        selections.select(plan, grid);
        long selected = System.nanoTime();
        var answer = new Answer(context, grid, stepMs == 0);
        Evaluated.Times times;
        io.pharos.model.port.QueryResult.Value value;
        switch (plan.type()) {
            case STRING -> value = answer.text(text(plan));
            case SCALAR -> value = answer.scalars(scalars(plan, grid, tally));
            case MATRIX ->
                value = answer.matrix(new MatrixResult(context, selections, this).evaluate(plan, grid, tally));
            case VECTOR -> {
                SeriesTable table = vector(plan, grid, tally);
                value = answer.vector(delayed ? Tables.dropMarkedNames(table) : table);
            }
            default -> throw new IllegalStateException("bug: plan of type " + plan.type());
        }
        times = new Evaluated.Times(selected - begun, System.nanoTime() - selected, answer.sortNanos());
        return new Evaluated(
                value,
                times,
                tally.queryable.get(),
                tally.read.get(),
                Tally.array(tally.queryablePerStep),
                Tally.array(tally.readPerStep));
    }

    /// What the nodes of the plan did.
    public NodeFigures explanation(PlanNode plan) {
        return (profile == null ? new Profile() : profile).tree(plan);
    }

    private static String text(PlanNode plan) {
        return switch (plan) {
            case PlanNode.Text(String value, var _) -> value;
            case PlanNode.Invariant(PlanNode inner) -> text(inner);
            default -> throw new IllegalStateException("bug: no text");
        };
    }

    static Grid subqueryGrid(PlanNode.Subquery s, Grid parent) {
        long first = s.atMs() == null ? parent.at(0) : s.atMs();
        long last = s.atMs() == null ? parent.lastMs() : s.atMs();
        long step = s.stepMs();
        long after = first - s.offsetMs() - s.rangeMs();
        long start = step * (after / step);
        if (start <= after) {
            start += step;
        }
        return Grid.of(start, last - s.offsetMs(), step);
    }

    double[] scalars(PlanNode node, Grid grid, Tally tally) {
        if (profile == null || node instanceof PlanNode.Constant) {
            return evaluateScalars(node, grid, tally);
        }
        long begun = System.nanoTime();
        double[] values = evaluateScalars(node, grid, tally);
        profile.note(node, 1, values.length, System.nanoTime() - begun);
        return values;
    }

    private double[] evaluateScalars(PlanNode node, Grid grid, Tally tally) {
        context.check();
        int steps = grid.steps();
        var out = new double[steps];
        switch (node) {
            case PlanNode.Constant(double value, var _) -> Arrays.fill(out, value);
            case PlanNode.Invariant(PlanNode inner) -> {
                if (steps > 0) {
                    Arrays.fill(out, scalars(inner, grid.first(), tally)[0]);
                }
            }
            case PlanNode.Negate(PlanNode inner, var _) -> {
                double[] of = scalars(inner, grid, tally);
                for (int i = 0; i < steps; i++) {
                    out[i] = -of[i];
                }
            }
            case PlanNode.ScalarBinary b -> {
                double[] left = scalars(b.left(), grid, tally);
                double[] right = scalars(b.right(), grid, tally);
                for (int i = 0; i < steps; i++) {
                    out[i] = ScalarArithmetic.apply(b.operator(), left[i], right[i]);
                }
            }
            case PlanNode.Call c -> scalarCall(c, grid, tally, out);
            default -> throw new IllegalStateException("bug: no scalar: " + node);
        }
        return out;
    }

    private void scalarCall(PlanNode.Call c, Grid grid, Tally tally, double[] out) {
        switch (c.function()) {
            case TIME -> {
                for (int i = 0; i < out.length; i++) {
                    out[i] = grid.at(i) / 1000.0;
                }
            }
            case SCALAR -> onlyElement(vector(c.arguments().getFirst(), grid, tally), out);
            case MAX_OF, MIN_OF -> {
                double[] a = scalars(c.arguments().get(0), grid, tally);
                double[] b = scalars(c.arguments().get(1), grid, tally);
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

    SeriesTable vector(PlanNode node, Grid grid, Tally tally) {
        if (profile == null) {
            return evaluateVector(node, grid, tally);
        }
        long begun = System.nanoTime();
        SeriesTable table = evaluateVector(node, grid, tally);
        profile.note(node, table.rows, table.samples(), System.nanoTime() - begun);
        return table;
    }

    private SeriesTable evaluateVector(PlanNode node, Grid grid, Tally tally) {
        context.check();
        if (grid.steps() == 0) {
            return SeriesTable.empty(grid);
        }
        SeriesStream stream = stream(node, grid, tally);
        if (stream != null) {
            return stream.collect();
        }
        BlockMaps.Mapped mapped = new BlockMaps(context, this).of(node, grid, tally);
        if (mapped != null) {
            SeriesTable inner = vector(mapped.child(), grid, tally);
            return Tables.map(inner, mapped.map(), mapped.drop(), delayed);
        }
        return switch (node) {
            case PlanNode.Invariant(PlanNode inner) -> {
                var once = new Tally(1, false);
                SeriesTable table = vector(inner, grid.first(), once);
                for (int step = 0; step < grid.steps(); step++) {
                    tally.add(step, once.queryable.get(), step == 0 ? once.read.get() : 0);
                }
                context.hold(table.samples() * (grid.steps() - 1));
                context.notePeak(0);
                yield Tables.repeat(table, grid);
            }
            case PlanNode.VectorBinary b -> {
                SeriesTable left = vector(b.left(), grid, tally);
                SeriesTable right = vector(b.right(), grid, tally);
                long held = left.samples() + right.samples();
                SeriesTable joined = b.operator().isSet()
                        ? SetJoin.join(b, left, right)
                        : new BinaryJoin(context, b, left, right).join();
                context.hold(joined.samples());
                context.notePeak(left.rows + right.rows);
                context.release(held);
                yield joined;
            }
            case PlanNode.Aggregate a -> aggregate(a, grid, tally);
            case PlanNode.Call c -> call(c, grid, tally);
            default -> throw new IllegalStateException("bug: no vector: " + node);
        };
    }

    /// A stream, if the node's value at a row depends on that row alone; else null.
    private @Nullable SeriesStream stream(PlanNode node, Grid grid, Tally tally) {
        if (node instanceof PlanNode.InstantSelect(Selector selector)) {
            return select(selector, grid, InstantFiller.Kind.VALUE, tally);
        }
        if (node instanceof PlanNode.Call c) {
            int range = rangeArgument(c);
            if (range >= 0) {
                return c.function() == Function.ABSENT_OVER_TIME ? null : rangeStream(c, range, grid, tally);
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
        BlockMaps.Mapped mapped = new BlockMaps(context, this).of(node, grid, tally);
        if (mapped == null) {
            return null;
        }
        SeriesStream inner = stream(mapped.child(), grid, tally);
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

    private SeriesStream rangeStream(PlanNode.Call c, int at, Grid grid, Tally tally) {
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
                rows = new RowSource.Evaluated(subquery(s, grid, tally));
                range = s.rangeMs();
                offset = s.offsetMs();
                atMs = s.atMs();
            }
            default -> throw new IllegalStateException("bug: no range: " + bare);
        }
        for (int i = 0; i < c.arguments().size(); i++) {
            if (i != at) {
                scalars.add(scalars(c.arguments().get(i), grid, tally));
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

    /// The result of a subquery's inner expression; samples it read count, those it looked at are counted by its
    /// window.
    SeriesTable subquery(PlanNode.Subquery s, Grid parent, Tally tally) {
        Grid grid = context.checked(subqueryGrid(s, parent));
        var inner = new Tally(grid.steps(), tally.perStep());
        SeriesTable table = s.inner().type() == ValueType.SCALAR
                ? Tables.row(grid, Labels.EMPTY, scalars(s.inner(), grid, inner))
                : vector(s.inner(), grid, inner);
        tally.read.addAndGet(inner.read.get());
        if (tally.perStep()) {
            for (int step = 0; step < grid.steps(); step++) {
                long ms = grid.at(step) + s.offsetMs();
                long parentStep = Math.ceilDiv(ms - parent.startMs(), parent.stepMs());
                long count = Objects.requireNonNull(inner.readPerStep).get(step);
                tally.addPerStep(Math.clamp(parentStep, 0, Math.max(0, parent.steps() - 1)), 0, count);
            }
        }
        return table;
    }

    private SeriesTable aggregate(PlanNode.Aggregate a, Grid grid, Tally tally) {
        var aggregation = new Aggregation(context, a, grid);
        if (Aggregation.accumulates(a.operator())) {
            SeriesStream stream = stream(a.input(), grid, tally);
            if (stream != null && !stream.mayCollide() && !marksRows(stream)) {
                long begun = System.nanoTime();
                SeriesTable result = aggregation.overStream(stream);
                if (profile != null) {
                    profile.note(a.input(), stream.rows.size(), stream.samples(), System.nanoTime() - begun);
                }
                context.hold(result.samples());
                context.notePeak(0);
                return result;
            }
            SeriesTable input = stream != null ? stream.collect() : vector(a.input(), grid, tally);
            return held(input, aggregation.overTable(input, null));
        }
        PlanNode parameter = a.parameter();
        double[] values =
                parameter == null || parameter.type() == ValueType.STRING ? null : scalars(parameter, grid, tally);
        SeriesTable input = vector(a.input(), grid, tally);
        return held(input, aggregation.overTable(input, values));
    }

    private SeriesTable held(SeriesTable input, SeriesTable result) {
        context.hold(result.samples());
        context.notePeak(input.rows);
        context.release(input.samples());
        return result;
    }

    private boolean marksRows(SeriesStream stream) {
        return delayed && stream.rows instanceof RowSource.Evaluated;
    }

    private SeriesTable call(PlanNode.Call c, Grid grid, Tally tally) {
        List<PlanNode> arguments = c.arguments();
        return switch (c.function()) {
            case VECTOR -> Tables.row(grid, Labels.EMPTY, scalars(arguments.getFirst(), grid, tally));
            case DAYS_IN_MONTH, DAY_OF_MONTH, DAY_OF_WEEK, DAY_OF_YEAR, HOUR, MINUTE, MONTH, YEAR -> {
                var of = Objects.requireNonNull(NumberFunctions.of(c.function()));
                var values = new double[grid.steps()];
                for (int step = 0; step < values.length; step++) {
                    values[step] = of.applyAsDouble(Math.floorDiv(grid.at(step), 1000L));
                }
                yield Tables.row(grid, Labels.EMPTY, values);
            }
            case START_TIMESTAMP -> {
                vector(arguments.getFirst(), grid, tally);
                yield SeriesTable.empty(grid);
            }
            case ABSENT -> absent(vector(arguments.getFirst(), grid, tally), arguments.getFirst(), grid);
            case ABSENT_OVER_TIME -> {
                SeriesTable present = rangeStream(c, 0, grid, tally).collectUnnamed();
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
                double[][] q = {scalars(arguments.get(0), grid, tally)};
                SeriesTable input = vector(arguments.get(1), grid, tally);
                Span[] spans = {arguments.get(0).span()};
                yield held(
                        input,
                        new HistogramCalls(context, c.function(), input, spanOf(arguments.get(1)))
                                .evaluate(null, q, spans));
            }
            case HISTOGRAM_FRACTION -> {
                double[][] bounds = {scalars(arguments.get(0), grid, tally), scalars(arguments.get(1), grid, tally)};
                SeriesTable input = vector(arguments.get(2), grid, tally);
                yield held(
                        input,
                        new HistogramCalls(context, c.function(), input, spanOf(arguments.get(2)))
                                .evaluate(null, bounds, new Span[0]));
            }
            case HISTOGRAM_QUANTILES -> {
                SeriesTable input = vector(arguments.getFirst(), grid, tally);
                var quantiles = new ArrayList<double[]>();
                var spans = new ArrayList<Span>();
                for (PlanNode q : arguments.subList(2, arguments.size())) {
                    quantiles.add(scalars(q, grid, tally));
                    spans.add(q.span());
                }
                yield held(
                        input,
                        new HistogramCalls(context, c.function(), input, spanOf(arguments.getFirst()))
                                .evaluate(text(c, 1), quantiles.toArray(double[][]::new), spans.toArray(Span[]::new)));
            }
            case INFO ->
                new InfoJoin(context, selections, grid)
                        .join(
                                arguments.getFirst(),
                                arguments.size() > 1 ? arguments.get(1) : null,
                                vector(arguments.getFirst(), grid, tally),
                                tally);
            default -> throw new IllegalStateException("bug: " + c.function().text() + " is not evaluated here");
        };
    }

    private static String text(PlanNode.Call c, int argument) {
        return text(c.arguments().get(argument));
    }

    private SeriesTable relabel(
            PlanNode.Call c,
            Grid grid,
            Tally tally,
            UnaryOperator<Labels> change,
            String target,
            java.util.function.Function<Labels, @Nullable Labels> matches) {
        SeriesTable table = vector(c.arguments().getFirst(), grid, tally);
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
        SeriesTable table = vector(c.arguments().getFirst(), grid, tally);
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

    @Override
    public void close() {
        selections.close();
    }
}
