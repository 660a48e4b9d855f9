package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.promql.ValueType;
import io.pharos.query.plan.PlanNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Evaluates the plan of one query. One object a query; its thread is the one that waits.
///
/// Every node becomes, over the steps of a grid, numbers (scalars), or a table, or a stream where its value at
/// a row depends on that row alone.
public final class Evaluator implements AutoCloseable {
    private final QueryContext context;
    private final Selections selections;
    private final boolean delayed;
    private final @Nullable Profile profile;
    private final Scalars scalars;
    private final RowStreams streams;
    private final VectorCalls calls;

    public Evaluator(QueryContext context) {
        this(context, false);
    }

    /// @param explained whether it is noted what each node does, for [#explanation]
    public Evaluator(QueryContext context, boolean explained) {
        this.context = context;
        profile = explained ? new Profile() : null;
        selections = new Selections(context);
        delayed = context.flags.delayedNameRemoval();
        scalars = new Scalars(context, this);
        streams = new RowStreams(context, selections, this);
        calls = new VectorCalls(context, selections, streams, this);
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

    static String text(PlanNode plan) {
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
            return scalars.evaluate(node, grid, tally);
        }
        long begun = System.nanoTime();
        double[] values = scalars.evaluate(node, grid, tally);
        profile.note(node, 1, values.length, System.nanoTime() - begun);
        return values;
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
        SeriesStream stream = streams.of(node, grid, tally);
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
            case PlanNode.Call c -> calls.evaluate(c, grid, tally);
            default -> throw new IllegalStateException("bug: no vector: " + node);
        };
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
            SeriesStream stream = streams.of(a.input(), grid, tally);
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

    SeriesTable held(SeriesTable input, SeriesTable result) {
        context.hold(result.samples());
        context.notePeak(input.rows);
        context.release(input.samples());
        return result;
    }

    private boolean marksRows(SeriesStream stream) {
        return delayed && stream.rows instanceof RowSource.Evaluated;
    }

    @Override
    public void close() {
        selections.close();
    }
}
