package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Series with their labels, as the blocks that hold them one after the other. Every row holds at least one
/// sample, unless an operator says otherwise. Owned by one thread.
final class SeriesTable {
    final Grid grid;
    final int rows;
    final Labels[] labels;
    /// Rows whose metric name is to be dropped in the end (delayed name removal).
    final BitSet dropName;

    private final SeriesBlock[] blocks;
    private final SeriesBlock[] blockOf;
    private final int[] cellOf;

    SeriesTable(Grid grid, List<SeriesBlock> blocks, Labels[] labels, BitSet dropName) {
        this.grid = grid;
        this.labels = labels;
        this.dropName = dropName;
        this.blocks = blocks.toArray(SeriesBlock[]::new);
        int total = 0;
        for (SeriesBlock block : blocks) {
            total += block.rows;
        }
        rows = total;
        blockOf = new SeriesBlock[rows];
        cellOf = new int[rows];
        int next = 0;
        for (SeriesBlock block : blocks) {
            for (int row = 0; row < block.rows; row++) {
                blockOf[next] = block;
                cellOf[next++] = row * grid.steps();
            }
        }
        if (labels.length != rows) {
            throw new IllegalStateException("bug: " + labels.length + " label sets for " + rows + " rows");
        }
    }

    static SeriesTable empty(Grid grid) {
        return new SeriesTable(grid, List.of(), new Labels[0], new BitSet());
    }

    List<SeriesBlock> blocks() {
        return Arrays.asList(blocks);
    }

    SeriesBlock block(int row) {
        return blockOf[row];
    }

    /// Cell of the row's first step within its block.
    int firstCell(int row) {
        return cellOf[row];
    }

    /// The same rows under other labels.
    SeriesTable relabelled(Labels[] other) {
        return new SeriesTable(grid, blocks(), other, dropName);
    }

    boolean isEmptyRow(int row) {
        SeriesBlock block = block(row);
        return block.isEmpty(firstCell(row) / Math.max(1, grid.steps()));
    }

    /// Without rows that hold nothing; this itself if there are none.
    SeriesTable withoutEmptyRows() {
        var kept = new ArrayList<Integer>();
        for (int row = 0; row < rows; row++) {
            if (!isEmptyRow(row)) {
                kept.add(row);
            }
        }
        return kept.size() == rows
                ? this
                : pick(kept.stream().mapToInt(Integer::intValue).toArray());
    }

    /// The rows given, in that order; cells are copied.
    SeriesTable pick(int[] picked) {
        int steps = grid.steps();
        var block = new SeriesBlock(picked.length, steps);
        var newLabels = new Labels[picked.length];
        var drop = new BitSet();
        for (int i = 0; i < picked.length; i++) {
            int row = picked[i];
            SeriesBlock from = block(row);
            int cell = firstCell(row);
            for (int step = 0; step < steps; step++) {
                if (from.has(cell + step)) {
                    block.set(i * steps + step, from, cell + step);
                }
            }
            newLabels[i] = labels[row];
            drop.set(i, dropName.get(row));
        }
        block.rows = picked.length;
        return new SeriesTable(grid, List.of(block), newLabels, drop);
    }

    long samples() {
        long n = 0;
        for (SeriesBlock block : blocks) {
            n += block.samples();
        }
        return n;
    }
}
