package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Turns what was evaluated into the value the port promises. One object a query.
final class Answer {
    private static final FloatHistogram[] NO_HISTOGRAMS = {};

    private final QueryContext context;
    private final Grid grid;
    private final boolean instant;
    private long sortNanos;

    Answer(QueryContext context, Grid grid, boolean instant) {
        this.context = context;
        this.grid = grid;
        this.instant = instant;
    }

    long sortNanos() {
        return sortNanos;
    }

    QueryResult.Value text(String text) {
        return new QueryResult.Text(grid.at(0), text);
    }

    QueryResult.Value scalars(double[] values) {
        if (instant) {
            return new QueryResult.Scalar(grid.at(0), values[0]);
        }
        long[] times = times(grid);
        context.hold(values.length);
        context.notePeak(0);
        return new QueryResult.Matrix(
                List.of(new QueryResult.Series(Labels.EMPTY, times, values, new long[0], NO_HISTOGRAMS)));
    }

    QueryResult.Value vector(SeriesTable table) {
        if (!instant) {
            return matrix(series(table));
        }
        var elements = new ArrayList<QueryResult.Element>(table.rows);
        for (int row = 0; row < table.rows; row++) {
            SeriesBlock block = table.block(row);
            int cell = table.firstCell(row);
            if (block.has(cell)) {
                FloatHistogram h = block.histogram(cell);
                elements.add(
                        new QueryResult.Element(table.labels[row], grid.at(0), h == null ? block.values[cell] : 0, h));
            }
        }
        return new QueryResult.Vector(elements);
    }

    static long[] times(Grid grid) {
        var times = new long[grid.steps()];
        Arrays.setAll(times, grid::at);
        return times;
    }

    private List<QueryResult.Series> series(SeriesTable table) {
        var series = new ArrayList<QueryResult.Series>(table.rows);
        long[] allTimes = times(table.grid);
        for (int row = 0; row < table.rows; row++) {
            if ((row & 255) == 0) {
                context.check();
            }
            QueryResult.Series of = row(table, row, allTimes);
            if (of.times().length + of.histogramTimes().length > 0) {
                series.add(of);
            }
        }
        return series;
    }

    /// @param allTimes the time of every step: rows that have them all share the array
    static QueryResult.Series row(SeriesTable table, int row, long[] allTimes) {
        SeriesBlock block = table.block(row);
        int first = table.firstCell(row);
        int steps = table.grid.steps();
        int floats = 0;
        int histograms = 0;
        for (int cell = first; cell < first + steps; cell++) {
            if (block.has(cell)) {
                if (block.histogram(cell) == null) {
                    floats++;
                } else {
                    histograms++;
                }
            }
        }
        boolean full = floats == steps;
        var times = full ? allTimes : new long[floats];
        var values = new double[floats];
        var histogramTimes = new long[histograms];
        FloatHistogram[] of = histograms == 0 ? NO_HISTOGRAMS : new FloatHistogram[histograms];
        int f = 0;
        int h = 0;
        for (int step = 0; step < steps; step++) {
            int cell = first + step;
            if (!block.has(cell)) {
                continue;
            }
            FloatHistogram histogram = block.histogram(cell);
            if (histogram == null) {
                if (!full) {
                    times[f] = table.grid.at(step);
                }
                values[f++] = block.values[cell];
            } else {
                histogramTimes[h] = table.grid.at(step);
                of[h++] = histogram;
            }
        }
        return new QueryResult.Series(table.labels[row], times, values, histogramTimes, of);
    }

    QueryResult.Value matrix(List<QueryResult.Series> series) {
        long begun = System.nanoTime();
        var sorted = new ArrayList<>(series);
        sorted.sort(Comparator.comparing(QueryResult.Series::labels));
        sortNanos = System.nanoTime() - begun;
        return new QueryResult.Matrix(sorted);
    }
}
