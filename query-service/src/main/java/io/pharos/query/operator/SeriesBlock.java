package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Some series × all steps of an evaluation. What operators exchange.
///
/// Cells are row-major: cell = `row * steps + step`. `values[cells]`; `present` has one bit a cell, absent
/// cells hold anything; `histograms[cells]`, or null while no cell holds one: a present cell with a histogram
/// is a histogram, any other present cell a float. `source[row]` says which row of the input a row came from.
/// Mutable; owned by one thread at a time.
final class SeriesBlock {
    final int steps;
    final double[] values;
    final long[] present;
    final int[] source;

    @Nullable
    FloatHistogram @Nullable [] histograms;

    int rows;

    SeriesBlock(int capacity, int steps) {
        this.steps = steps;
        int cells = Math.multiplyExact(capacity, steps);
        values = new double[cells];
        present = new long[(cells + 63) >>> 6];
        source = new int[capacity];
    }

    /// Forgets all rows; keeps the arrays.
    void reset() {
        rows = 0;
        Arrays.fill(present, 0);
        histograms = null;
    }

    boolean has(int cell) {
        return (present[cell >>> 6] >>> cell & 1) != 0;
    }

    boolean isFloat(int cell) {
        return has(cell) && histogram(cell) == null;
    }

    @Nullable
    FloatHistogram histogram(int cell) {
        @Nullable FloatHistogram[] all = histograms;
        return all == null ? null : all[cell];
    }

    void set(int cell, double value) {
        values[cell] = value;
        present[cell >>> 6] |= 1L << cell;
    }

    void set(int cell, FloatHistogram histogram) {
        @Nullable FloatHistogram[] all = histograms;
        if (all == null) {
            all = new FloatHistogram[values.length];
            histograms = all;
        }
        all[cell] = histogram;
        present[cell >>> 6] |= 1L << cell;
    }

    /// Sets what another block's cell holds.
    void set(int cell, SeriesBlock from, int fromCell) {
        FloatHistogram h = from.histogram(fromCell);
        if (h == null) {
            set(cell, from.values[fromCell]);
        } else {
            set(cell, h);
        }
    }

    void clear(int cell) {
        present[cell >>> 6] &= ~(1L << cell);
        @Nullable FloatHistogram[] all = histograms;
        if (all != null) {
            all[cell] = null;
        }
    }

    boolean isEmpty(int row) {
        int from = row * steps;
        int to = from + steps;
        int cell = from;
        while (cell < to) {
            long word = present[cell >>> 6] >>> cell;
            int inWord = Math.min(64 - (cell & 63), to - cell);
            if (inWord < 64) {
                word &= (1L << inWord) - 1;
            }
            if (word != 0) {
                return false;
            }
            cell += inWord;
        }
        return true;
    }

    /// What the cells weigh against the limit on samples: a float 1, a histogram more.
    long samples() {
        long n = 0;
        @Nullable FloatHistogram[] all = histograms;
        if (all != null) {
            for (int cell = 0; cell < rows * steps; cell++) {
                FloatHistogram h = has(cell) ? all[cell] : null;
                if (h != null) {
                    n += (h.sizeBytes() + 8) / 16 - 1;
                }
            }
        }
        int cells = rows * steps;
        int words = cells >>> 6;
        for (int i = 0; i < words; i++) {
            n += Long.bitCount(present[i]);
        }
        if ((cells & 63) != 0) {
            n += Long.bitCount(present[words] & ((1L << cells) - 1));
        }
        return n;
    }
}
