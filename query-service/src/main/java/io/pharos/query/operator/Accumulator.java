package io.pharos.query.operator;

import io.pharos.model.promql.Aggregator;
import io.pharos.model.promql.Span;
import io.pharos.query.function.Kahan;
import io.pharos.query.function.Notes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Aggregates rows into groups, all steps at once: `sum`, `avg`, `min`, `max`, `count`, `group`, `stddev`, `stdvar`.
///
/// State is columns of `groups * steps` cells. Rows are added in the source's order. One thread.
final class Accumulator {
    private final Aggregator operator;
    private final Span span;
    private final Notes notes;
    private final int steps;
    /// The result, and the running value on the way.
    private final SeriesBlock result;

    /// What Kahan summation owes (`sum`, `avg`); the mean (`stddev`).
    private final double[] second;

    /// How many values a cell has seen (`avg`, `stddev`, `stdvar`).
    private final double[] counts;

    /// Cells of `avg` that went over to an incremental mean.
    private final BitSet incremental = new BitSet();

    private @Nullable HistogramCells histograms;

    /// The row of the input that comes first among those of a group that have samples, −1 if none has.
    private final int[] firstRow;

    private final RowOrder order;

    /// Which of two rows of the input comes first.
    interface RowOrder {
        boolean before(int row, int other);
    }

    Accumulator(Aggregator operator, int groups, int steps, Span span, Notes notes, RowOrder order) {
        this.operator = operator;
        this.order = order;
        this.steps = steps;
        this.span = span;
        this.notes = notes;
        if ((long) groups * steps > Integer.MAX_VALUE - 64) {
            throw QueryContext.tooManySamples();
        }
        result = new SeriesBlock(groups, steps);
        result.rows = groups;
        int cells = groups * steps;
        second = switch (operator) {
            case SUM, AVG, STDDEV, STDVAR -> new double[cells];
            default -> new double[0];
        };
        counts = switch (operator) {
            case AVG, STDDEV, STDVAR -> new double[cells];
            default -> new double[0];
        };
        if (operator == Aggregator.SUM) {
            Arrays.fill(result.values, -0.0);
        }
        firstRow = new int[groups];
        Arrays.fill(firstRow, -1);
    }

    /// Adds a row of a block to a group; it is row `source` of the input. `metric` names the metric of a row of the
    /// block, for warnings.
    void add(int group, int source, SeriesBlock block, int row, IntFunction<String> metric) {
        int from = row * steps;
        int to = group * steps;
        boolean any = block.histograms != null ? addMixed(from, to, block, row, metric) : addFloats(from, to, block);
        if (any && (firstRow[group] < 0 || order.before(source, firstRow[group]))) {
            firstRow[group] = source;
        }
    }

    private boolean addFloats(int from, int to, SeriesBlock block) {
        if (operator == Aggregator.SUM) {
            return sumFloats(from, to, block);
        }
        long[] present = block.present;
        double[] values = block.values;
        boolean any = false;
        for (int i = 0; i < steps; i++) {
            int cell = from + i;
            if ((present[cell >>> 6] >>> cell & 1) != 0) {
                addFloat(to + i, values[cell]);
                any = true;
            }
        }
        return any;
    }

    /// Sums begin with −0, to which a number adds as it is.
    private boolean sumFloats(int from, int to, SeriesBlock block) {
        long[] present = block.present;
        double[] values = block.values;
        double[] sums = result.values;
        double[] owed = second;
        long[] seen = result.present;
        boolean any = false;
        for (int i = 0; i < steps; i++) {
            int cell = from + i;
            if ((present[cell >>> 6] >>> cell & 1) != 0) {
                int of = to + i;
                double v = values[cell];
                double sum = sums[of];
                double total = sum + v;
                owed[of] = Kahan.owed(sum, v, total, owed[of]);
                sums[of] = total;
                seen[of >>> 6] |= 1L << of;
                any = true;
            }
        }
        return any;
    }

    private void addFloat(int cell, double v) {
        boolean first = !result.has(cell);
        double[] value = result.values;
        switch (operator) {
            case SUM -> {
                if (first) {
                    result.set(cell, v);
                    second[cell] = 0;
                } else {
                    double sum = value[cell];
                    double total = sum + v;
                    second[cell] = Kahan.owed(sum, v, total, second[cell]);
                    value[cell] = total;
                }
            }
            case AVG -> average(cell, v, first);
            case MIN -> {
                if (first || value[cell] > v || Double.isNaN(value[cell])) {
                    result.set(cell, v);
                }
            }
            case MAX -> {
                if (first || value[cell] < v || Double.isNaN(value[cell])) {
                    result.set(cell, v);
                }
            }
            case COUNT -> result.set(cell, first ? 1 : value[cell] + 1);
            case GROUP -> result.set(cell, 1);
            case STDDEV, STDVAR -> {
                if (first) {
                    result.set(cell, Double.isNaN(v) || Double.isInfinite(v) ? Double.NaN : 0);
                    second[cell] = v;
                    counts[cell] = 1;
                } else {
                    counts[cell]++;
                    double delta = v - second[cell];
                    second[cell] += delta / counts[cell];
                    value[cell] += delta * (v - second[cell]);
                }
            }
            default -> throw new IllegalStateException("bug: " + operator.text() + " is not accumulated");
        }
    }

    private void average(int cell, double v, boolean first) {
        double[] value = result.values;
        if (first) {
            result.set(cell, v);
            second[cell] = 0;
            counts[cell] = 1;
            return;
        }
        double count = ++counts[cell];
        if (!incremental.get(cell)) {
            double sum = value[cell];
            double total = sum + v;
            if (!Double.isInfinite(total)) {
                second[cell] = Kahan.owed(sum, v, total, second[cell]);
                value[cell] = total;
                return;
            }
            incremental.set(cell);
            value[cell] = sum / (count - 1);
            second[cell] /= count - 1;
        }
        double share = (count - 1) / count;
        double mean = share * value[cell];
        double more = v / count;
        double total = mean + more;
        second[cell] = Kahan.owed(mean, more, total, share * second[cell]);
        value[cell] = total;
    }

    private boolean addMixed(int from, int to, SeriesBlock block, int row, IntFunction<String> metric) {
        boolean any = false;
        for (int i = 0; i < steps; i++) {
            if (!block.has(from + i)) {
                continue;
            }
            var h = block.histogram(from + i);
            if (h == null) {
                if (histograms == null || !histograms.isBroken(to + i)) {
                    addFloat(to + i, block.values[from + i]);
                }
                any = true;
                continue;
            }
            switch (operator) {
                case SUM, AVG -> {
                    if (histograms == null) {
                        histograms = new HistogramCells(operator == Aggregator.AVG, result.values.length, span, notes);
                    }
                    histograms.add(to + i, h, () -> metric.apply(row));
                    any = true;
                }
                case COUNT -> {
                    result.set(to + i, result.has(to + i) ? result.values[to + i] + 1 : 1);
                    any = true;
                }
                case GROUP -> {
                    result.set(to + i, 1);
                    any = true;
                }
                default -> notes.ignoredInAggregation(operator.text(), span);
            }
        }
        return any;
    }

    /// The groups' values; rows are groups.
    SeriesBlock finish() {
        double[] value = result.values;
        int cells = result.rows * steps;
        for (int cell = 0; cell < cells; cell++) {
            if (!result.has(cell)) {
                continue;
            }
            switch (operator) {
                case SUM -> value[cell] += second[cell];
                case AVG ->
                    value[cell] = incremental.get(cell)
                            ? value[cell] + second[cell]
                            : value[cell] / counts[cell] + second[cell] / counts[cell];
                case STDVAR -> value[cell] /= counts[cell];
                case STDDEV -> value[cell] = Math.sqrt(value[cell] / counts[cell]);
                default -> {}
            }
        }
        if (histograms != null) {
            histograms.finish(result);
        }
        return result;
    }

    /// Groups that have samples, in the order of their first rows.
    int[] order() {
        return java.util.stream.IntStream.range(0, firstRow.length)
                .filter(group -> firstRow[group] >= 0)
                .boxed()
                .sorted((a, b) -> order.before(firstRow[a], firstRow[b]) ? -1 : 1)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
