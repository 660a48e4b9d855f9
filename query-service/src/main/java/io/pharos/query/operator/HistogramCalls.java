package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.HistogramQuantile;
import io.pharos.model.labels.Labels;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.Span;
import io.pharos.model.text.GoText;
import io.pharos.query.function.ClassicBuckets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `histogram_quantile`, `histogram_quantiles`, `histogram_fraction` over classic and native histograms.
///
/// Rows are put together once: those with a parsable `le` form classic histograms by the rest of their labels;
/// any row may hold native ones. Then every step is evaluated.
final class HistogramCalls {
    private static final LabelPick WITHOUT_LE = LabelPick.dropping(List.of("le"));

    private final QueryContext context;
    private final Function function;
    private final SeriesTable input;
    private final Span span;
    private final boolean delayed;
    private final TableBuilder result;

    /// The bound each row's `le` names, null where it names none.
    private final @Nullable Double[] bounds;

    /// One output series: a classic histogram's bucket rows, or the row of native ones.
    private record Source(Labels labels, int[] rows, double[] bounds) {}

    HistogramCalls(QueryContext context, Function function, SeriesTable input, Span span) {
        this.context = context;
        this.function = function;
        this.input = input;
        this.span = span;
        delayed = context.flags.delayedNameRemoval();
        result = new TableBuilder(input.grid);
        bounds = new Double[input.rows];
        for (int row = 0; row < bounds.length; row++) {
            bounds[row] = parse(input.labels[row].get("le"));
        }
    }

    /// @param label the label that gets the quantile, null for none
    /// @param arguments quantiles, or the two bounds of a fraction, `[argument][step]`
    SeriesTable evaluate(@Nullable String label, double[][] arguments, Span[] argumentSpans) {
        int steps = input.grid.steps();
        Map<Labels, Source> classic = classicSources();
        noteBadBuckets();
        var natives = new HashMap<Labels, Integer>();
        for (int row = 0; row < input.rows; row++) {
            natives.putIfAbsent(input.labels[row], row);
        }
        noteQuantiles(arguments, argumentSpans);
        int times = function == Function.HISTOGRAM_FRACTION ? 1 : arguments.length;
        for (int k = 0; k < times; k++) {
            nativeRows(label, arguments, k, classic, steps);
            classicRows(label, arguments, k, classic, natives, steps);
        }
        return result.build();
    }

    private void noteQuantiles(double[][] arguments, Span[] spans) {
        if (function == Function.HISTOGRAM_FRACTION) {
            return;
        }
        for (int k = 0; k < arguments.length; k++) {
            for (double q : arguments[k]) {
                if (Double.isNaN(q) || q < 0 || q > 1) {
                    context.notes.invalidQuantile(q, spans[k]);
                }
            }
        }
    }

    private static @Nullable Double parse(String bound) {
        try {
            return GoText.parseFloat(bound);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private @Nullable Double bound(int row) {
        return bounds[row];
    }

    private Map<Labels, Source> classicSources() {
        var rowsOf = new LinkedHashMap<Labels, List<Integer>>();
        for (int row = 0; row < input.rows; row++) {
            if (bound(row) != null && hasFloat(row)) {
                rowsOf.computeIfAbsent(WITHOUT_LE.of(input.labels[row]), _ -> new ArrayList<>())
                        .add(row);
            }
        }
        var sources = new LinkedHashMap<Labels, Source>();
        rowsOf.forEach((labels, rows) -> {
            // In the order of their bounds, so that a step only appends.
            rows.sort(Comparator.comparing(row -> Objects.requireNonNull(bound(row))));
            int[] of = rows.stream().mapToInt(Integer::intValue).toArray();
            var bounds = new double[of.length];
            for (int i = 0; i < of.length; i++) {
                Double bound = bound(of[i]);
                bounds[i] = bound == null ? Double.NaN : bound;
            }
            sources.put(labels, new Source(labels, of, bounds));
        });
        return sources;
    }

    private boolean hasFloat(int row) {
        SeriesBlock block = input.block(row);
        int cell = input.firstCell(row);
        for (int step = 0; step < input.grid.steps(); step++) {
            if (block.isFloat(cell + step)) {
                return true;
            }
        }
        return false;
    }

    private void noteBadBuckets() {
        for (int row = 0; row < input.rows; row++) {
            if (bound(row) == null && hasFloat(row)) {
                context.notes.badBucketLabel(input.labels[row].metricName(), input.labels[row].get("le"), span);
            }
        }
    }

    private int target(Labels labels, @Nullable String label, double q) {
        Labels of = delayed ? labels : LabelPick.WITHOUT_IDENTITY.of(labels);
        if (label != null) {
            of = of.with(label, GoText.openMetrics(q));
        }
        return result.row(of, true);
    }

    private void nativeRows(
            @Nullable String label, double[][] arguments, int k, Map<Labels, Source> classic, int steps) {
        for (int row = 0; row < input.rows; row++) {
            SeriesBlock block = input.block(row);
            if (block.histograms == null) {
                continue;
            }
            int cell = input.firstCell(row);
            Source same = classic.get(input.labels[row]);
            for (int step = 0; step < steps; step++) {
                FloatHistogram h = block.has(cell + step) ? block.histogram(cell + step) : null;
                if (h == null) {
                    continue;
                }
                if (same != null && anyAt(same, step)) {
                    context.notes.mixedClassicNative(input.labels[row].metricName(), span);
                    continue;
                }
                HistogramQuantile.Estimate estimate = function == Function.HISTOGRAM_FRACTION
                        ? HistogramQuantile.fraction(arguments[0][step], arguments[1][step], h)
                        : HistogramQuantile.quantile(arguments[k][step], h);
                note(estimate.nanEffect(), input.labels[row]);
                result.set(target(input.labels[row], label, arguments[k][step]), step, estimate.value());
            }
        }
    }

    private void note(HistogramQuantile.NanEffect effect, Labels labels) {
        String name = labels.metricName();
        switch (effect) {
            case NONE -> {}
            case RESULT_IS_NAN ->
                context.notes.nanObservations(
                        "input to histogram_quantile has NaN observations, result is NaN", name, span);
            case SKEWED_HIGHER ->
                context.notes.nanObservations(
                        "input to histogram_quantile has NaN observations, result is skewed higher", name, span);
            case EXCLUDED ->
                context.notes.nanObservations(
                        "input to histogram_fraction has NaN observations, which are excluded from all fractions",
                        name,
                        span);
        }
    }

    private boolean anyAt(Source source, int step) {
        for (int row : source.rows()) {
            if (input.block(row).isFloat(input.firstCell(row) + step)) {
                return true;
            }
        }
        return false;
    }

    private void classicRows(
            @Nullable String label,
            double[][] arguments,
            int k,
            Map<Labels, Source> classic,
            Map<Labels, Integer> natives,
            int steps) {
        var buckets = new ClassicBuckets();
        for (Source source : classic.values()) {
            context.check();
            Integer nativeRow = natives.get(source.labels());
            BitSet taken = nativeRow == null ? new BitSet() : histogramSteps(nativeRow, steps);
            SeriesBlock[] blocks =
                    Arrays.stream(source.rows()).mapToObj(input::block).toArray(SeriesBlock[]::new);
            int[] cells = Arrays.stream(source.rows()).map(input::firstCell).toArray();
            int target = -1;
            for (int step = 0; step < steps; step++) {
                if (taken.get(step)) {
                    continue;
                }
                buckets.clear();
                for (int i = 0; i < blocks.length; i++) {
                    int cell = cells[i] + step;
                    if (blocks[i].isFloat(cell)) {
                        buckets.add(source.bounds()[i], blocks[i].values[cell]);
                    }
                }
                if (buckets.size() == 0) {
                    continue;
                }
                double value;
                if (function == Function.HISTOGRAM_FRACTION) {
                    value = buckets.fraction(arguments[0][step], arguments[1][step]);
                } else {
                    value = buckets.quantile(arguments[k][step]);
                    if (buckets.forced()) {
                        context.notes.forcedMonotonicity(
                                delayed ? source.labels().metricName() : null,
                                span,
                                input.grid.at(step),
                                buckets.lowestForced(),
                                buckets.highestForced(),
                                buckets.mostForced());
                    }
                }
                if (target < 0 || label != null) {
                    target = target(source.labels(), label, arguments[k][step]);
                }
                result.set(target, step, value);
            }
        }
    }

    private BitSet histogramSteps(int row, int steps) {
        var found = new BitSet();
        SeriesBlock block = input.block(row);
        int cell = input.firstCell(row);
        for (int step = 0; step < steps; step++) {
            if (block.has(cell + step) && block.histogram(cell + step) != null) {
                found.set(step);
            }
        }
        return found;
    }
}
