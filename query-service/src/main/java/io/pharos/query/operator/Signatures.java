package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.promql.VectorMatching;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The match groups of two tables: rows of both that have equal matching labels share a number.
final class Signatures {
    final int[] ofLeft;
    final int[] ofRight;
    final int count;
    private final LabelPick pick;

    Signatures(VectorMatching matching, Labels[] left, Labels[] right) {
        var dropped = new ArrayList<>(matching.labels());
        dropped.add(Labels.METRIC_NAME);
        pick = matching.on() ? LabelPick.keeping(matching.labels()) : LabelPick.dropping(dropped);
        Map<Labels, Integer> known = new HashMap<>((left.length + right.length) * 2);
        ofLeft = number(left, known);
        ofRight = number(right, known);
        count = known.size();
    }

    private int[] number(Labels[] rows, Map<Labels, Integer> known) {
        var numbers = new int[rows.length];
        for (int row = 0; row < rows.length; row++) {
            int next = known.size();
            Integer number = known.putIfAbsent(pick.of(rows[row]), next);
            numbers[row] = number == null ? next : number;
        }
        return numbers;
    }

    /// The matching labels of a label set.
    Labels key(Labels labels) {
        return pick.of(labels);
    }

    /// The rows of each number.
    static int[][] rows(int[] numbers, int count) {
        var sizes = new int[count];
        for (int number : numbers) {
            sizes[number]++;
        }
        var rows = new int[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = new int[sizes[i]];
        }
        Arrays.fill(sizes, 0);
        for (int row = 0; row < numbers.length; row++) {
            rows[numbers[row]][sizes[numbers[row]]++] = row;
        }
        return rows;
    }

    /// Which steps hold at least one of the rows, one bit a step.
    static long[] presence(SeriesTable table, int[] rows) {
        int steps = table.grid.steps();
        var bits = new long[(steps + 63) >>> 6];
        for (int row : rows) {
            SeriesBlock block = table.block(row);
            int cell = table.firstCell(row);
            for (int step = 0; step < steps; step++) {
                if (block.has(cell + step)) {
                    bits[step >>> 6] |= 1L << step;
                }
            }
        }
        return bits;
    }

    static boolean has(long[] bits, int step) {
        return (bits[step >>> 6] >>> step & 1) != 0;
    }
}
