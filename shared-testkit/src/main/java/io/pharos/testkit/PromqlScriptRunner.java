package io.pharos.testkit;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink;
import io.pharos.model.promql.SeriesNotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs PromQL scripts against an evaluator over a store, by the rules of the original runner: every instant
/// evaluation is repeated with `@` at other times, and as a range around its time; floats are equal at 1e-6 relative; a
/// histogram's counter reset hint counts only where the script names one.
public final class PromqlScriptRunner {
    private static final double EPSILON = 1e-6;
    private static final Pattern CONTEXT_FUNCTION = Pattern.compile("(start|end|range|step)\\(\\)");

    private final ScriptStore store;
    private final QueryEvaluator evaluator;

    /// How a script went: evaluations that passed, and one text for each that failed.
    public record Report(int passed, List<String> failures) {
        public int total() {
            return passed + failures.size();
        }
    }

    /// An evaluation that was not what the script expects.
    private static final class Mismatch extends RuntimeException {
        Mismatch(String message) {
            super(message);
        }
    }

    /// Over samples in memory.
    public PromqlScriptRunner(MemoryStore store, QueryEvaluator evaluator) {
        this(
                new ScriptStore() {
                    @Override
                    public SampleSink sink() {
                        return store;
                    }

                    @Override
                    public void clear() {
                        store.clear();
                    }

                    @Override
                    public void loaded() {}
                },
                evaluator);
    }

    public PromqlScriptRunner(ScriptStore store, QueryEvaluator evaluator) {
        this.store = store;
        this.evaluator = evaluator;
    }

    /// Runs one script from an empty store.
    public Report run(PromqlScript script) {
        store.clear();
        int passed = 0;
        boolean loaded = false;
        var failures = new ArrayList<String>();
        for (PromqlScript.Command command : script.commands()) {
            switch (command) {
                case PromqlScript.Command.Clear _ -> store.clear();
                case PromqlScript.Command.Load load -> {
                    load(load);
                    loaded = true;
                }
                case PromqlScript.Command.Eval eval -> {
                    if (loaded) {
                        store.loaded();
                        loaded = false;
                    }
                    try {
                        evaluate(eval);
                        passed++;
                    } catch (Mismatch | ApiException e) {
                        failures.add("line " + eval.line() + ": " + eval.expression() + ": " + e.getMessage());
                    } catch (RuntimeException e) {
                        failures.add("line " + eval.line() + ": " + eval.expression() + ": " + e + " at "
                                + Arrays.toString(Arrays.copyOf(e.getStackTrace(), 3)));
                    }
                }
            }
        }
        return new Report(passed, failures);
    }

    private void load(PromqlScript.Command.Load load) {
        // Of one series that a load names twice, the last is loaded.
        var byLabels = new LinkedHashMap<Labels, PromqlScript.LoadedSeries>();
        load.series().forEach(series -> byLabels.put(series.line().labels(), series));
        for (PromqlScript.LoadedSeries series : byLabels.values()) {
            var batch = new SampleBatch();
            batch.reset(_ -> series.line().labels());
            long reference = 0;
            List<SeriesNotation.Item> items = series.line().items();
            for (int i = 0; i < items.size(); i++) {
                SeriesNotation.Item item = items.get(i);
                if (item.omitted()) {
                    continue;
                }
                long ms = i * load.stepMs();
                FloatHistogram h = item.histogram();
                int row =
                        h == null ? batch.addFloat(reference, ms, item.value()) : batch.addHistogram(reference, ms, h);
                Long start = i < series.starts().size() ? series.starts().get(i) : null;
                if (start != null) {
                    batch.setStart(row, ms + start);
                }
            }
            store.sink().append(batch, SampleSink.OnReject.KEEP_REST);
        }
        if (load.withCustomBuckets()) {
            CustomBuckets.append(load, store.sink());
        }
    }

    private void evaluate(PromqlScript.Command.Eval eval) {
        if (eval.unreadable() != null) {
            throw new Mismatch("script cannot be read: " + eval.unreadable());
        }
        if (eval.range()) {
            QueryResult result = attempt(
                    eval, () -> evaluator.range(eval.expression(), eval.startMs(), eval.endMs(), eval.stepMs()));
            if (result != null) {
                checkNotes(eval.expected(), result);
                checkValue(eval, result.value(), eval.startMs(), eval.endMs(), eval.stepMs());
            }
            return;
        }
        instant(eval, eval.expression(), eval.startMs());
        for (AtVariants.Variant variant : AtVariants.of(eval.expression(), at(eval))) {
            try {
                instant(eval, variant.expression(), variant.atMs());
            } catch (Mismatch e) {
                throw new Mismatch("as " + variant.expression() + " at " + variant.atMs() + " ms: " + e.getMessage());
            }
        }
    }

    private static long at(PromqlScript.Command.Eval eval) {
        long[] steps = eval.expected().vectorSteps();
        return steps == null ? eval.startMs() : steps[1];
    }

    private interface Attempt {
        QueryResult run();
    }

    /// The result, or null where the script expects the failure that happened.
    private static @Nullable QueryResult attempt(PromqlScript.Command.Eval eval, Attempt attempt) {
        QueryResult result;
        try {
            result = attempt.run();
        } catch (ApiException e) {
            if (!eval.expected().fail()) {
                throw e;
            }
            for (PromqlScript.Wanted wanted : eval.expected().failures()) {
                if (!wanted.accepts(e.text())) {
                    throw new Mismatch("expected failure " + wanted + ", got " + e.text());
                }
            }
            return null;
        }
        if (eval.expected().fail()) {
            throw new Mismatch("expected a failure, got " + text(result.value()));
        }
        return result;
    }

    private void instant(PromqlScript.Command.Eval eval, String expression, long atMs) {
        long evalMs = eval.expected().vectorSteps() != null && expression.equals(eval.expression()) ? at(eval) : atMs;
        QueryResult result = attempt(eval, () -> evaluator.instant(expression, evalMs));
        if (result == null) {
            return;
        }
        checkNotes(eval.expected(), result);
        long[] steps = eval.expected().vectorSteps();
        if (steps == null) {
            checkValue(eval, result.value(), atMs, atMs, 60_000);
        } else {
            checkValue(eval, result.value(), steps[0], steps[1], steps[2]);
            return;
        }
        if (eval.expected().string() != null
                || CONTEXT_FUNCTION.matcher(expression).find()) {
            return;
        }
        QueryResult range;
        try {
            range = evaluator.range(expression, atMs - 60_000, atMs + 60_000, 60_000);
        } catch (ApiException e) {
            throw new Mismatch("in range mode: " + e.text());
        }
        if (eval.expected().ordered()) {
            return;
        }
        if (!(range.value() instanceof QueryResult.Matrix(List<QueryResult.Series> series))) {
            throw new Mismatch("in range mode: no matrix but " + text(range.value()));
        }
        checkSorted(series);
        var middle = new ArrayList<QueryResult.Element>();
        for (QueryResult.Series s : series) {
            int f = Arrays.binarySearch(s.times(), atMs);
            if (f >= 0) {
                middle.add(new QueryResult.Element(s.labels(), atMs, s.values()[f], null));
            }
            int h = Arrays.binarySearch(s.histogramTimes(), atMs);
            if (h >= 0) {
                middle.add(new QueryResult.Element(s.labels(), atMs, 0, s.histograms()[h]));
            }
        }
        try {
            QueryResult.Value value = result.value() instanceof QueryResult.Scalar
                    ? new QueryResult.Scalar(atMs, middle.getFirst().value())
                    : new QueryResult.Vector(middle);
            checkValue(eval, value, atMs, atMs, 60_000);
        } catch (Mismatch e) {
            throw new Mismatch("in range mode: " + e.getMessage());
        }
    }

    private static void checkSorted(List<QueryResult.Series> series) {
        for (int i = 1; i < series.size(); i++) {
            if (series.get(i - 1).labels().compareTo(series.get(i).labels()) > 0) {
                throw new Mismatch("series are not sorted: " + series.get(i - 1).labels() + " stands before "
                        + series.get(i).labels());
            }
        }
    }

    private static void checkNotes(PromqlScript.Expected expected, QueryResult result) {
        if (expected.warn() && result.warnings().isEmpty()) {
            throw new Mismatch("expected a warning");
        }
        if (expected.info() && result.infos().isEmpty()) {
            throw new Mismatch("expected an info");
        }
        checkNotes("warning", expected.warnings(), result.warnings());
        checkNotes("info", expected.infos(), result.infos());
        if (expected.noWarn() && !result.warnings().isEmpty()) {
            throw new Mismatch("unexpected warnings " + result.warnings());
        }
        if (expected.noInfo() && !result.infos().isEmpty()) {
            throw new Mismatch("unexpected infos " + result.infos());
        }
    }

    private static void checkNotes(String kind, List<PromqlScript.Wanted> wanted, List<String> actual) {
        if (wanted.isEmpty()) {
            return;
        }
        for (PromqlScript.Wanted one : wanted) {
            if (actual.stream().noneMatch(one::accepts)) {
                throw new Mismatch("expected " + kind + " " + one + ", got " + actual);
            }
        }
        for (String one : actual) {
            if (wanted.stream().noneMatch(w -> w.accepts(one))) {
                throw new Mismatch("unexpected " + kind + " " + one);
            }
        }
    }

    private static void checkValue(
            PromqlScript.Command.Eval eval, QueryResult.Value value, long startMs, long endMs, long stepMs) {
        PromqlScript.Expected expected = eval.expected();
        switch (value) {
            case QueryResult.Scalar(long _, double actual) -> {
                Double wanted = expected.scalar();
                if (wanted == null || !near(wanted, actual)) {
                    throw new Mismatch("expected scalar " + wanted + ", got " + actual);
                }
            }
            case QueryResult.Text(long _, String actual) -> {
                if (!actual.equals(expected.string())) {
                    throw new Mismatch("expected string \"" + expected.string() + "\", got \"" + actual + "\"");
                }
            }
            case QueryResult.Vector(List<QueryResult.Element> elements) -> {
                if (expected.scalar() != null) {
                    throw new Mismatch("expected a scalar, got " + text(value));
                }
                checkVector(expected, elements);
            }
            case QueryResult.Matrix(List<QueryResult.Series> series) -> {
                if (expected.scalar() != null && !eval.range()) {
                    throw new Mismatch("expected a scalar, got " + text(value));
                }
                checkSorted(series);
                checkMatrix(expected, series, startMs, endMs, stepMs);
            }
        }
    }

    private static Map<Labels, Integer> places(PromqlScript.Expected expected) {
        var places = new HashMap<Labels, Integer>();
        for (int i = 0; i < expected.series().size(); i++) {
            places.put(expected.series().get(i).labels(), i);
        }
        return places;
    }

    private static void checkVector(PromqlScript.Expected expected, List<QueryResult.Element> elements) {
        Map<Labels, Integer> places = places(expected);
        var seen = new boolean[expected.series().size()];
        for (int i = 0; i < elements.size(); i++) {
            QueryResult.Element e = elements.get(i);
            Integer place = places.get(e.labels());
            if (place == null) {
                throw new Mismatch("unexpected " + text(e));
            }
            if (expected.ordered() && place != i) {
                throw new Mismatch(e.labels() + " stands at " + i + ", expected at " + place);
            }
            SeriesNotation.Item item = expected.series().get(place).items().getFirst();
            if (!same(item, e.value(), e.histogram())) {
                throw new Mismatch("expected " + text(item) + ", got " + text(e));
            }
            seen[place] = true;
        }
        missing(expected, seen);
    }

    private static void missing(PromqlScript.Expected expected, boolean[] seen) {
        for (int i = 0; i < seen.length; i++) {
            boolean duplicate = false;
            for (int j = 0; j < seen.length; j++) {
                duplicate |= seen[j]
                        && expected.series()
                                .get(j)
                                .labels()
                                .equals(expected.series().get(i).labels());
            }
            if (!seen[i] && !duplicate) {
                throw new Mismatch("missing " + expected.series().get(i).labels());
            }
        }
    }

    private static void checkMatrix(
            PromqlScript.Expected expected, List<QueryResult.Series> series, long startMs, long endMs, long stepMs) {
        Map<Labels, Integer> places = places(expected);
        var seen = new boolean[expected.series().size()];
        if (expected.scalar() != null) {
            // A range of a scalar.
            for (QueryResult.Series s : series) {
                for (double v : s.values()) {
                    if (!near(expected.scalar(), v)) {
                        throw new Mismatch("expected scalar " + expected.scalar() + ", got " + v);
                    }
                }
            }
            return;
        }
        for (QueryResult.Series s : series) {
            Integer place = places.get(s.labels());
            if (place == null) {
                throw new Mismatch("unexpected " + text(s));
            }
            seen[place] = true;
            List<SeriesNotation.Item> items = expected.series().get(place).items();
            int f = 0;
            int h = 0;
            for (int i = 0; i < items.size(); i++) {
                SeriesNotation.Item item = items.get(i);
                long ms = startMs + i * stepMs;
                if (ms > endMs) {
                    throw new Mismatch("more points expected than there are steps");
                }
                if (item.omitted()) {
                    continue;
                }
                boolean ok = item.histogram() == null
                        ? f < s.times().length && s.times()[f] == ms && same(item, s.values()[f++], null)
                        : h < s.histogramTimes().length
                                && s.histogramTimes()[h] == ms
                                && same(item, 0, s.histograms()[h++]);
                if (!ok) {
                    throw new Mismatch("expected " + text(item) + " at " + ms + " ms, got " + text(s));
                }
            }
            if (f != s.times().length || h != s.histogramTimes().length) {
                throw new Mismatch("more points than expected: " + text(s));
            }
        }
        missing(expected, seen);
    }

    private static boolean same(SeriesNotation.Item item, double value, @Nullable FloatHistogram histogram) {
        FloatHistogram wanted = item.histogram();
        if (wanted == null || histogram == null) {
            return wanted == null && histogram == null && near(item.value(), value);
        }
        FloatHistogram a = wanted.compact();
        FloatHistogram b = histogram.compact();
        return a.schema() == b.schema()
                && near(a.count(), b.count())
                && near(a.sum(), b.sum())
                && Arrays.equals(a.customValues(), b.customValues())
                && a.zeroThreshold() == b.zeroThreshold()
                && near(a.zeroCount(), b.zeroCount())
                && Arrays.equals(a.positiveSpans(), b.positiveSpans())
                && Arrays.equals(a.negativeSpans(), b.negativeSpans())
                && near(a.positive(), b.positive())
                && near(a.negative(), b.negative())
                && (!item.hintSet() || wanted.hint() == histogram.hint());
    }

    private static boolean near(double[] a, double[] b) {
        if (a.length != b.length) {
            return false;
        }
        for (int i = 0; i < a.length; i++) {
            if (!near(a[i], b[i])) {
                return false;
            }
        }
        return true;
    }

    static boolean near(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(a) && Double.isNaN(b);
        }
        if (a == b) {
            return true;
        }
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
            return difference < EPSILON * Double.MIN_NORMAL;
        }
        return difference / Math.min(sum, Double.MAX_VALUE) < EPSILON;
    }

    private static String text(SeriesNotation.Item item) {
        FloatHistogram h = item.histogram();
        return item.omitted() ? "nothing" : h == null ? String.valueOf(item.value()) : text(h);
    }

    private static String text(FloatHistogram h) {
        return h + " schema " + h.schema() + " zero " + h.zeroThreshold() + " " + h.hint();
    }

    private static String text(QueryResult.Element e) {
        FloatHistogram h = e.histogram();
        return e.labels() + " " + (h == null ? String.valueOf(e.value()) : text(h));
    }

    private static String text(QueryResult.Series s) {
        var out = new StringBuilder(s.labels().toString());
        for (int i = 0; i < s.times().length; i++) {
            out.append(' ').append(s.values()[i]).append(" @ ").append(s.times()[i]);
        }
        for (int i = 0; i < s.histogramTimes().length; i++) {
            out.append(' ').append(text(s.histograms()[i])).append(" @ ").append(s.histogramTimes()[i]);
        }
        return out.toString();
    }

    private static String text(QueryResult.Value value) {
        return switch (value) {
            case QueryResult.Scalar(long _, double v) -> String.valueOf(v);
            case QueryResult.Text(long _, String v) -> "\"" + v + "\"";
            case QueryResult.Vector(List<QueryResult.Element> elements) ->
                String.join(
                        "; ", elements.stream().map(PromqlScriptRunner::text).toList());
            case QueryResult.Matrix(List<QueryResult.Series> series) ->
                String.join("; ", series.stream().map(PromqlScriptRunner::text).toList());
        };
    }
}
