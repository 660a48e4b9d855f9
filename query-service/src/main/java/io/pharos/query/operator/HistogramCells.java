package io.pharos.query.operator;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.HistogramSum;
import io.pharos.model.promql.Span;
import io.pharos.query.function.Notes;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The histogram side of `sum` and `avg`: one running sum a cell.
final class HistogramCells {
    private static final byte RESET = 1;
    private static final byte NO_RESET = 2;
    private static final byte BROKEN = 4;

    private final boolean average;
    private final Span span;
    private final Notes notes;
    private final @Nullable HistogramSum[] sums;
    private final byte[] flags;

    HistogramCells(boolean average, int cells, Span span, Notes notes) {
        this.average = average;
        this.span = span;
        this.notes = notes;
        sums = new HistogramSum[cells];
        flags = new byte[cells];
    }

    /// Whether exponential and custom buckets met in the cell, so that it is lost.
    boolean isBroken(int cell) {
        return (flags[cell] & BROKEN) != 0;
    }

    void add(int cell, FloatHistogram h, Supplier<String> metric) {
        if (isBroken(cell)) {
            return;
        }
        if (h.hint() == CounterResetHint.RESET) {
            flags[cell] |= RESET;
        } else if (h.hint() == CounterResetHint.NOT_RESET) {
            flags[cell] |= NO_RESET;
        }
        HistogramSum sum = sums[cell];
        if (sum == null) {
            sums[cell] = average ? HistogramSum.mean(h) : HistogramSum.sum(h);
            return;
        }
        int outcome = sum.add(h);
        if ((outcome & HistogramSum.INCOMPATIBLE) != 0) {
            notes.mixedBuckets(metric.get(), span);
            flags[cell] |= BROKEN;
        }
        if ((outcome & HistogramSum.BOUNDS_RECONCILED) != 0) {
            notes.reconciledBounds("aggregation", span);
        }
    }

    /// Puts the sums where no floats are; where both are, there is no result.
    void finish(SeriesBlock result) {
        for (int cell = 0; cell < sums.length; cell++) {
            HistogramSum sum = sums[cell];
            if (sum == null) {
                continue;
            }
            if (result.has(cell)) {
                notes.mixedInAggregation(span);
                result.clear(cell);
                continue;
            }
            if (isBroken(cell)) {
                continue;
            }
            if ((flags[cell] & (RESET | NO_RESET)) == (RESET | NO_RESET)) {
                notes.resetCollision("aggregation", span);
            }
            result.set(cell, sum.result().compact());
        }
    }
}
