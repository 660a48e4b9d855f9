package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.query.function.EvaluationException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds a table cell by cell; rows are found by their labels, and a cell set twice is an error of the query.
final class TableBuilder {
    private final Grid grid;
    private final int rowsPerBlock;
    private final Map<Labels, Integer> rowOf = new HashMap<>();
    private final List<Labels> labels = new ArrayList<>();
    private final List<SeriesBlock> blocks = new ArrayList<>();
    private final BitSet dropName = new BitSet();

    TableBuilder(Grid grid) {
        this.grid = grid;
        rowsPerBlock = Math.clamp((1 << 16) / Math.max(1, grid.steps()), 1, 256);
    }

    /// The row of those labels, made if there is none.
    int row(Labels of, boolean drop) {
        Integer known = rowOf.get(of);
        if (known != null) {
            return known;
        }
        int row = newRow(of, drop);
        rowOf.put(of, row);
        return row;
    }

    /// A row of its own, even if there is one of the same labels.
    int newRow(Labels of, boolean drop) {
        int row = labels.size();
        labels.add(of);
        dropName.set(row, drop);
        if (row % rowsPerBlock == 0) {
            blocks.add(new SeriesBlock(rowsPerBlock, grid.steps()));
        }
        blocks.getLast().rows++;
        return row;
    }

    boolean has(int row, int step) {
        return block(row).has(cell(row, step));
    }

    void set(int row, int step, double value) {
        checkFree(row, step);
        block(row).set(cell(row, step), value);
    }

    void set(int row, int step, FloatHistogram histogram) {
        checkFree(row, step);
        block(row).set(cell(row, step), histogram);
    }

    void set(int row, int step, SeriesBlock from, int fromCell) {
        checkFree(row, step);
        block(row).set(cell(row, step), from, fromCell);
    }

    private void checkFree(int row, int step) {
        if (has(row, step)) {
            throw new EvaluationException(Tables.SAME_LABELS);
        }
    }

    private SeriesBlock block(int row) {
        return blocks.get(row / rowsPerBlock);
    }

    private int cell(int row, int step) {
        return row % rowsPerBlock * grid.steps() + step;
    }

    int rows() {
        return labels.size();
    }

    /// The table, without rows in which nothing was set.
    SeriesTable build() {
        return new SeriesTable(grid, blocks, labels.toArray(Labels[]::new), dropName).withoutEmptyRows();
    }
}
