package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.query.function.EvaluationException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;

/// What is done to whole tables: labels dropped, rows of equal labels merged, invariant rows repeated.
final class Tables {
    static final String SAME_LABELS = "vector cannot contain metrics with the same labelset";

    private Tables() {}

    /// Merges rows of equal labels that never meet at a step; fails if they do, or at once if `strict`.
    static SeriesTable mergeSame(SeriesTable table, boolean strict) {
        var first = new HashMap<Labels, Integer>(table.rows * 2);
        boolean same = false;
        for (int row = 0; row < table.rows && !same; row++) {
            same = first.putIfAbsent(table.labels[row], row) != null;
        }
        if (!same) {
            return table;
        }
        if (strict) {
            throw new EvaluationException(SAME_LABELS);
        }
        var builder = new TableBuilder(table.grid);
        int steps = table.grid.steps();
        for (int row = 0; row < table.rows; row++) {
            SeriesBlock block = table.block(row);
            int cell = table.firstCell(row);
            int to = builder.row(table.labels[row], table.dropName.get(row));
            for (int step = 0; step < steps; step++) {
                if (block.has(cell + step)) {
                    builder.set(to, step, block, cell + step);
                }
            }
        }
        return builder.build();
    }

    /// Maps blocks in place, then drops labels, or marks rows so that they are dropped in the end.
    static SeriesTable map(SeriesTable table, Consumer<SeriesBlock> map, SeriesStream.Drop drop, boolean delayed) {
        table.blocks().forEach(map);
        SeriesTable mapped = table.withoutEmptyRows();
        if (drop == SeriesStream.Drop.NONE) {
            return mapped;
        }
        if (delayed) {
            mapped.dropName.set(0, mapped.rows);
            return mapped;
        }
        LabelPick pick = drop == SeriesStream.Drop.NAME ? LabelPick.WITHOUT_NAME : LabelPick.WITHOUT_IDENTITY;
        var labels = new Labels[mapped.rows];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = pick.of(mapped.labels[row]);
        }
        return mergeSame(mapped.relabelled(labels), false);
    }

    /// Drops the names that were marked, at the very end of a query with delayed name removal.
    static SeriesTable dropMarkedNames(SeriesTable table) {
        if (table.dropName.isEmpty()) {
            return mergeSame(table, false);
        }
        var labels = new Labels[table.rows];
        for (int row = 0; row < labels.length; row++) {
            labels[row] =
                    table.dropName.get(row) ? LabelPick.WITHOUT_IDENTITY.of(table.labels[row]) : table.labels[row];
        }
        return mergeSame(table.relabelled(labels), false);
    }

    /// The one step of `table` at every step of `grid`.
    static SeriesTable repeat(SeriesTable table, Grid grid) {
        int steps = grid.steps();
        if (table.grid.steps() == steps) {
            return table;
        }
        var blocks = new ArrayList<SeriesBlock>();
        for (SeriesBlock one : table.blocks()) {
            var many = new SeriesBlock(one.rows, steps);
            many.rows = one.rows;
            for (int row = 0; row < one.rows; row++) {
                if (one.has(row)) {
                    for (int step = 0; step < steps; step++) {
                        many.set(row * steps + step, one, row);
                    }
                }
            }
            blocks.add(many);
        }
        return new SeriesTable(grid, blocks, table.labels, table.dropName);
    }

    /// One row of floats at every step.
    static SeriesTable row(Grid grid, Labels labels, double[] values) {
        var block = new SeriesBlock(1, grid.steps());
        block.rows = 1;
        for (int step = 0; step < grid.steps(); step++) {
            block.set(step, values[step]);
        }
        return new SeriesTable(grid, List.of(block), new Labels[] {labels}, new BitSet());
    }
}
