package io.pharos.query.operator;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.promql.Function;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.promql.Span;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.query.function.RangeFunction;
import io.pharos.query.function.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Evaluates a range function for a series at each step: one decoded buffer, two cursors.
final class RangeFiller implements SeriesStream.Filler {
    /// The range, wherever its samples come from.
    ///
    /// @param atMs fixed reference time, null for the step's
    /// @param arguments scalar arguments of the function, `[argument][step]`
    /// @param span of the function's first argument
    record Range(
            Function function,
            long rangeMs,
            long offsetMs,
            @Nullable Long atMs,
            RangeMode mode,
            boolean statsOnly,
            double[][] arguments,
            Span span,
            Span allSpan) {
        long reference(long stepMs) {
            return (atMs == null ? stepMs : atMs) - offsetMs;
        }
    }

    private final QueryContext context;
    private final RowSource rows;
    private final Grid grid;
    private final Range range;
    private final Tally tally;
    private final RangeFunction function;
    private final Window window = new Window();
    private final SampleBuffer buffer;
    private final boolean withStarts;
    private final boolean countsRead;
    private final long widenLeft;
    private final long widenRight;
    private long queryable;
    private long read;
    private boolean notedCounter;
    private long mostOfOneRow;
    private int currentRow;
    // the windows of the series before: its times, where each step's window begins and ends, and their sums
    private long[] placedTimes = new long[0];
    private int placed = -1;
    private int[] fromOf = new int[0];
    private int[] toOf = new int[0];
    private long placedLooked;
    private long placedFresh;
    private int placedMost;

    RangeFiller(QueryContext context, RowSource rows, Grid grid, Range range, Tally tally) {
        this.context = context;
        this.rows = rows;
        this.grid = grid;
        this.range = range;
        this.tally = tally;
        var setting =
                new RangeFunction.Setting(range.rangeMs(), range.mode(), range.span(), range.allSpan(), context.notes);
        function = RangeFunction.of(range.function(), setting);
        window.arguments = new double[range.arguments().length];
        window.metric = () -> rows.labels(currentRow).metricName();
        buffer = context.buffer();
        withStarts = context.flags.useStartTimestamps() && RangeFunction.usesStarts(range.function());
        countsRead = rows instanceof RowSource.Selected;
        widenLeft = range.mode() == RangeMode.PLAIN ? 0 : context.lookbackMs;
        widenRight = range.mode() == RangeMode.SMOOTHED ? context.lookbackMs : 0;
    }

    @Override
    public boolean fill(int row, SeriesBlock block, int target) {
        buffer.clear();
        switch (rows) {
            case RowSource.Selected(SeriesSet set, var _) -> {
                long after = range.reference(grid.at(0)) - range.rangeMs() - widenLeft;
                long to = range.reference(grid.lastMs()) + widenRight;
                set.read(row, after, to, buffer);
                Samples.dropStale(buffer);
                if (range.statsOnly() && buffer.histogramCount() > 0) {
                    Samples.keepStats(buffer);
                }
            }
            case RowSource.Evaluated(SeriesTable table) -> readRow(table, row);
        }
        if (buffer.isEmpty()) {
            return false;
        }
        window.times = buffer.times();
        window.values = buffer.values();
        window.floats = buffer.floats();
        window.histogramTimes = buffer.histogramTimes();
        window.histograms = buffer.histograms();
        window.histogramCount = buffer.histogramCount();
        window.starts = withStarts ? buffer.starts() : null;
        window.histogramStarts = withStarts ? buffer.histogramStarts() : null;
        currentRow = row;
        function.series(window);
        boolean floatsAlone = window.histogramCount == 0 && !tally.perStep() && range.atMs() == null;
        return floatsAlone ? walkFloats(row, block, target) : walk(row, block, target);
    }

    /// Finds the window of every step, unless the series before had the same times: series scraped together have.
    private void place(long[] times, int n) {
        int steps = grid.steps();
        if (n == placed && Arrays.equals(times, 0, n, placedTimes, 0, n)) {
            return;
        }
        if (fromOf.length < steps) {
            fromOf = new int[steps];
            toOf = new int[steps];
        }
        if (placedTimes.length < n) {
            placedTimes = new long[Math.max(n, 2 * placedTimes.length)];
        }
        System.arraycopy(times, 0, placedTimes, 0, n);
        placed = n;
        placedLooked = 0;
        placedFresh = 0;
        placedMost = 0;
        int from = 0;
        int to = 0;
        for (int step = 0; step < steps; step++) {
            long end = grid.at(step) - range.offsetMs();
            int seen = to;
            while (to < n && times[to] <= end + widenRight) {
                to++;
            }
            while (from < to && times[from] <= end - range.rangeMs() - widenLeft) {
                from++;
            }
            fromOf[step] = from;
            toOf[step] = to;
            placedLooked += to - from;
            placedFresh += to - Math.max(from, seen);
            placedMost = Math.max(placedMost, to - from);
        }
    }

    /// As [#walk] for the most common case: floats, at the steps' own times.
    private boolean walkFloats(int row, SeriesBlock block, int target) {
        Window w = window;
        place(w.times, w.floats);
        int[] fromOf = this.fromOf;
        int[] toOf = this.toOf;
        int steps = grid.steps();
        int cell = target * steps;
        int given = 0;
        double[][] arguments = range.arguments();
        w.histogramFrom = 0;
        w.histogramTo = 0;
        for (int step = 0; step < steps; step++, cell++) {
            int from = fromOf[step];
            int to = toOf[step];
            if (from == to) {
                continue;
            }
            long stepMs = grid.at(step);
            long end = stepMs - range.offsetMs();
            w.from = from;
            w.to = to;
            w.step = step;
            w.stepMs = stepMs;
            w.rangeStartMs = end - range.rangeMs();
            w.rangeEndMs = end;
            for (int i = 0; i < arguments.length; i++) {
                w.arguments[i] = arguments[i][step];
            }
            if (function.evaluate(w)) {
                block.set(cell, w.value);
                given++;
            }
        }
        queryable += placedLooked;
        read += countsRead ? placedFresh : 0;
        ended(row, placedMost, given > 0);
        return given > 0;
    }

    private void readRow(SeriesTable table, int row) {
        SeriesBlock block = table.block(row);
        int cell = table.firstCell(row);
        for (int step = 0; step < table.grid.steps(); step++, cell++) {
            if (!block.has(cell)) {
                continue;
            }
            FloatHistogram h = block.histogram(cell);
            if (h == null) {
                buffer.addFloat(table.grid.at(step), block.values[cell]);
            } else {
                // What lies between two steps of a subquery is unknown, so a hint says nothing of it.
                boolean gauge = h.hint() == CounterResetHint.GAUGE;
                buffer.addHistogram(table.grid.at(step), gauge ? h : h.withHint(CounterResetHint.UNKNOWN), 0);
            }
        }
    }

    private boolean walk(int row, SeriesBlock block, int target) {
        Window w = window;
        long[] times = w.times;
        long[] histogramTimes = w.histogramTimes;
        int steps = grid.steps();
        int cell = target * steps;
        int from = 0;
        int to = 0;
        int histogramFrom = 0;
        int histogramTo = 0;
        boolean fixed = range.atMs() != null;
        boolean any = false;
        boolean anyFloat = false;
        boolean perStep = tally.perStep();
        int most = 0;
        for (int step = 0; step < steps; step++, cell++) {
            long stepMs = grid.at(step);
            long end = range.reference(stepMs);
            long start = end - range.rangeMs();
            int seen = to;
            int histogramsSeen = histogramTo;
            long upper = end + widenRight;
            long lower = start - widenLeft;
            while (to < w.floats && times[to] <= upper) {
                to++;
            }
            while (from < to && times[from] <= lower) {
                from++;
            }
            while (histogramTo < w.histogramCount && histogramTimes[histogramTo] <= upper) {
                histogramTo++;
            }
            while (histogramFrom < histogramTo && histogramTimes[histogramFrom] <= lower) {
                histogramFrom++;
            }
            int size = to - from;
            if (size == 0 && histogramTo == histogramFrom) {
                continue;
            }
            w.from = from;
            w.to = to;
            w.histogramFrom = histogramFrom;
            w.histogramTo = histogramTo;
            w.step = step;
            w.stepMs = stepMs;
            w.rangeStartMs = start;
            w.rangeEndMs = end;
            for (int i = 0; i < w.arguments.length; i++) {
                w.arguments[i] = range.arguments()[i][step];
            }
            long samples = size + histogramSamples(histogramFrom, histogramTo);
            long fresh = fixed && step > 0 || !countsRead
                    ? 0
                    : to
                            - Math.max(from, seen)
                            + histogramSamples(Math.max(histogramFrom, histogramsSeen), histogramTo);
            queryable += samples;
            read += fresh;
            if (perStep) {
                tally.addPerStep(step, samples, fresh);
            }
            most = (int) Math.max(most, samples);
            if (function.evaluate(w)) {
                FloatHistogram h = w.histogram;
                if (h == null) {
                    block.set(cell, w.value);
                    anyFloat = true;
                } else {
                    block.set(cell, h);
                    w.histogram = null;
                }
                any = true;
            }
        }
        ended(row, most, anyFloat);
        return any;
    }

    private void ended(int row, int most, boolean anyFloat) {
        if (most > mostOfOneRow) {
            // One row's range is in memory at once; a task counts the largest it has had.
            context.hold(most - mostOfOneRow);
            mostOfOneRow = most;
        }
        if (anyFloat && !notedCounter) {
            noteCounter(row);
        }
    }

    private long histogramSamples(int from, int to) {
        long n = 0;
        for (int i = from; i < to; i++) {
            n += (window.histograms[i].sizeBytes() + 8) / 16;
        }
        return n;
    }

    /// A rate of something that does not look like a counter is worth a hint.
    private void noteCounter(int row) {
        if (range.function() != Function.RATE && range.function() != Function.INCREASE) {
            notedCounter = true;
            return;
        }
        String known = rows.metricName();
        boolean byType = context.flags.typeAndUnitLabels();
        String name = known == null ? rows.labels(row).metricName() : known;
        if (name.isEmpty()) {
            return;
        }
        if (byType) {
            Labels labels = rows.labels(row);
            String type = labels.get("__type__");
            if (!type.equals("counter") && !type.equals("histogram")) {
                context.notes.maybeNoCounterByType(name, type, range.span());
            }
            return;
        }
        notedCounter = known != null;
        if (!name.endsWith("_total")
                && !name.endsWith("_sum")
                && !name.endsWith("_count")
                && !name.endsWith("_bucket")) {
            context.notes.maybeNoCounter(name, range.span());
        }
    }

    @Override
    public long end() {
        tally.queryable.addAndGet(queryable);
        tally.read.addAndGet(read);
        queryable = 0;
        read = 0;
        long most = mostOfOneRow;
        context.release(most);
        mostOfOneRow = 0;
        return most;
    }

    @Override
    public void close() {
        context.giveBack(buffer);
    }
}
