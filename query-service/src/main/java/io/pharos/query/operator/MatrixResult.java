package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.query.function.EvaluationException;
import io.pharos.query.function.ExtendedRange;
import io.pharos.query.plan.PlanNode;
import io.pharos.query.plan.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A range vector as the result of an instant query: samples as they are, or a subquery's steps.
final class MatrixResult {
    private final QueryContext context;
    private final Selections selections;
    private final Evaluator evaluator;

    MatrixResult(QueryContext context, Selections selections, Evaluator evaluator) {
        this.context = context;
        this.selections = selections;
        this.evaluator = evaluator;
    }

    List<QueryResult.Series> evaluate(PlanNode plan, Grid grid, Tally tally) {
        return switch (plan) {
            case PlanNode.Invariant(PlanNode inner) -> evaluate(inner, grid, tally);
            case PlanNode.RangeSelect(Selector selector, long rangeMs, var _) ->
                samples(selector, rangeMs, grid, tally);
            case PlanNode.Subquery s -> {
                SeriesTable table = evaluator.subquery(s, grid, tally);
                tally.add(0, table.samples(), 0);
                SeriesTable named = context.flags.delayedNameRemoval() ? Tables.dropMarkedNames(table) : table;
                var series = new ArrayList<QueryResult.Series>();
                long[] allTimes = Answer.times(named.grid);
                for (int row = 0; row < named.rows; row++) {
                    series.add(Answer.row(named, row, allTimes));
                }
                yield series;
            }
            default -> throw new IllegalStateException("bug: no range vector: " + plan);
        };
    }

    private List<QueryResult.Series> samples(Selector selector, long rangeMs, Grid grid, Tally tally) {
        SeriesSet set = selections.of(selector);
        long end = selector.referenceMs(grid.at(0));
        long start = end - rangeMs;
        long left = selector.mode() == RangeMode.PLAIN ? 0 : context.lookbackMs;
        long right = selector.mode() == RangeMode.SMOOTHED ? context.lookbackMs : 0;
        var series = new ArrayList<QueryResult.Series>();
        SampleBuffer buffer = context.buffer();
        for (int i = 0; i < set.size(); i++) {
            if ((i & 63) == 0) {
                context.check();
            }
            buffer.clear();
            set.read(i, start - left, end + right, buffer);
            Samples.dropStale(buffer);
            if (buffer.isEmpty()) {
                continue;
            }
            Labels labels = set.labels(i);
            long[] times = Arrays.copyOf(buffer.times(), buffer.floats());
            double[] values = Arrays.copyOf(buffer.values(), buffer.floats());
            if (selector.mode() != RangeMode.PLAIN) {
                boolean smoothed = selector.mode() == RangeMode.SMOOTHED;
                if (buffer.histogramCount() > 0) {
                    throw new EvaluationException(
                            (smoothed ? "smoothed" : "anchored") + " modifier is not supported with histograms");
                }
                ExtendedRange extended = ExtendedRange.of(times, values, start, end, smoothed);
                times = extended.times();
                values = extended.values();
            }
            long[] histogramTimes = Arrays.copyOf(buffer.histogramTimes(), buffer.histogramCount());
            FloatHistogram[] histograms = Arrays.copyOf(buffer.histograms(), buffer.histogramCount());
            long samples = times.length;
            for (FloatHistogram h : histograms) {
                samples += (h.sizeBytes() + 8) / 16;
            }
            context.hold(samples);
            tally.add(0, samples, samples);
            if (samples > 0) {
                series.add(new QueryResult.Series(labels, times, values, histogramTimes, histograms));
            }
        }
        context.notePeak(0);
        context.giveBack(buffer);
        return series;
    }
}
