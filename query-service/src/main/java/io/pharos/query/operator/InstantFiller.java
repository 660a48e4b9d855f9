package io.pharos.query.operator;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;
import io.pharos.query.function.HistogramInterpolation;
import io.pharos.query.plan.Selector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Looks up the newest sample of a series at each step: one decoded buffer, walked once.
final class InstantFiller implements SeriesStream.Filler {
    /// What is put into a cell.
    enum Kind {
        VALUE,
        /// The sample's own time in seconds (`timestamp`).
        TIME,
        /// Its start timestamp in seconds (`start_timestamp`).
        START,
        /// The sample's time in ms, which only floats may have (`info`).
        INFO_TIME
    }

    private final QueryContext context;
    private final SeriesSet set;
    private final Grid grid;
    private final Selector selector;
    private final Kind kind;
    private final Tally tally;
    private final SampleBuffer buffer;
    private final long lookbackMs;
    private final long offsetMs;
    private long floats;
    private long histogramSamples;

    InstantFiller(QueryContext context, SeriesSet set, Grid grid, Selector selector, Kind kind, Tally tally) {
        this.context = context;
        this.set = set;
        this.grid = grid;
        this.selector = selector;
        this.kind = kind;
        this.tally = tally;
        buffer = context.buffer();
        // `timestamp` of a selector with `@` takes that time for the evaluation's and forgets the offset, but the
        // series it looks at were selected with it: what both windows hold is seen.
        boolean fixed = selector.atMs() != null && (kind == Kind.TIME || kind == Kind.START);
        offsetMs = fixed ? Math.max(0, selector.offsetMs()) : selector.offsetMs();
        lookbackMs = fixed ? Math.max(0, context.lookbackMs - Math.abs(selector.offsetMs())) : context.lookbackMs;
    }

    private long referenceMs(long stepMs) {
        return selector.referenceMs(stepMs) + selector.offsetMs() - offsetMs;
    }

    @Override
    public boolean fill(int series, SeriesBlock block, int row) {
        buffer.clear();
        long lookback = lookbackMs;
        long first = referenceMs(grid.at(0));
        long last = referenceMs(grid.lastMs());
        if (selector.mode() == RangeMode.SMOOTHED && kind == Kind.VALUE) {
            set.read(series, first - lookback, last + lookback, buffer);
            return smooth(series, block, row);
        }
        if (first == last && !selector.statsOnly()) {
            set.latest(series, first - lookback, first, buffer);
        } else {
            set.read(series, first - lookback, last, buffer);
        }
        if (buffer.isEmpty()) {
            return false;
        }
        if (buffer.histogramCount() == 0) {
            return floats(block, row);
        }
        if (selector.statsOnly()) {
            Samples.keepStats(buffer);
        }
        return mixed(series, block, row);
    }

    private boolean floats(SeriesBlock block, int row) {
        long[] times = buffer.times();
        double[] values = buffer.values();
        long @Nullable [] starts = buffer.starts();
        int n = buffer.floats();
        int steps = grid.steps();
        int cell = row * steps;
        long lookback = lookbackMs;
        int at = -1;
        long found = 0;
        for (int step = 0; step < steps; step++, cell++) {
            long reference = referenceMs(grid.at(step));
            while (at + 1 < n && times[at + 1] <= reference) {
                at++;
            }
            if (at < 0 || times[at] <= reference - lookback || StaleMarker.is(values[at])) {
                continue;
            }
            block.set(
                    cell,
                    switch (kind) {
                        case VALUE -> values[at];
                        case TIME -> times[at] / 1000.0;
                        case START -> starts == null ? 0 : starts[at] / 1000.0;
                        case INFO_TIME -> times[at];
                    });
            found++;
            tally.addPerStep(step, 1, 1);
        }
        floats += found;
        return found > 0;
    }

    private boolean mixed(int series, SeriesBlock block, int row) {
        long[] times = buffer.times();
        long[] histogramTimes = buffer.histogramTimes();
        int steps = grid.steps();
        int cell = row * steps;
        int f = -1;
        int h = -1;
        boolean any = false;
        for (int step = 0; step < steps; step++, cell++) {
            long reference = referenceMs(grid.at(step));
            while (f + 1 < buffer.floats() && times[f + 1] <= reference) {
                f++;
            }
            while (h + 1 < buffer.histogramCount() && histogramTimes[h + 1] <= reference) {
                h++;
            }
            boolean isFloat = f >= 0 && (h < 0 || times[f] > histogramTimes[h]);
            if (!isFloat && h < 0) {
                continue;
            }
            long ms = isFloat ? times[f] : histogramTimes[h];
            if (ms <= reference - lookbackMs
                    || (isFloat ? StaleMarker.is(buffer.values()[f]) : buffer.histograms()[h].isStale())) {
                continue;
            }
            long @Nullable [] starts = isFloat ? buffer.starts() : buffer.histogramStarts();
            long size = 1;
            switch (kind) {
                case VALUE -> {
                    if (isFloat) {
                        block.set(cell, buffer.values()[f]);
                    } else {
                        FloatHistogram histogram = buffer.histograms()[h];
                        block.set(cell, histogram);
                        size = (histogram.sizeBytes() + 8) / 16;
                    }
                }
                case TIME -> block.set(cell, ms / 1000.0);
                case START -> block.set(cell, starts == null ? 0 : starts[isFloat ? f : h] / 1000.0);
                case INFO_TIME -> {
                    if (!isFloat) {
                        throw new io.pharos.query.function.EvaluationException(
                                "this should be an info metric, with float samples: " + set.labels(series));
                    }
                    block.set(cell, ms);
                }
            }
            histogramSamples += size;
            tally.addPerStep(step, size, size);
            any = true;
        }
        return any;
    }

    /// `smoothed`: the sample at the step, or a point on the line between its neighbours within the lookback.
    private boolean smooth(int series, SeriesBlock block, int row) {
        Samples.dropStale(buffer);
        if (selector.statsOnly()) {
            Samples.keepStats(buffer);
        }
        int steps = grid.steps();
        long lookback = context.lookbackMs;
        boolean any = false;
        int f = 0;
        int fTo = 0;
        int h = 0;
        int hTo = 0;
        for (int step = 0; step < steps; step++) {
            long reference = selector.referenceMs(grid.at(step));
            while (fTo < buffer.floats() && buffer.times()[fTo] <= reference + lookback) {
                fTo++;
            }
            while (f < fTo && buffer.times()[f] <= reference - lookback) {
                f++;
            }
            while (hTo < buffer.histogramCount() && buffer.histogramTimes()[hTo] <= reference + lookback) {
                hTo++;
            }
            while (h < hTo && buffer.histogramTimes()[h] <= reference - lookback) {
                h++;
            }
            int cell = row * steps + step;
            if (fTo > f && hTo > h) {
                context.notes.mixedFloatsHistograms(set.labels(series).metricName(), selector.span());
            } else if (fTo > f) {
                any |= smoothFloat(block, cell, reference, f, fTo);
            } else if (hTo > h) {
                any |= smoothHistogram(series, block, cell, reference, h, hTo);
            }
        }
        return any;
    }

    private boolean smoothFloat(SeriesBlock block, int cell, long reference, int from, int to) {
        long[] times = buffer.times();
        double[] values = buffer.values();
        int at = from;
        while (at < to && times[at] < reference) {
            at++;
        }
        if (at < to && times[at] == reference) {
            block.set(cell, values[at]);
        } else if (at == from) {
            return false;
        } else if (at < to) {
            double a = values[at - 1];
            double share = (double) (reference - times[at - 1]);
            block.set(cell, a + (values[at] - a) * share / (double) (times[at] - times[at - 1]));
        } else {
            block.set(cell, values[at - 1]);
        }
        floats++;
        return true;
    }

    private boolean smoothHistogram(int series, SeriesBlock block, int cell, long reference, int from, int to) {
        long[] times = buffer.histogramTimes();
        FloatHistogram[] histograms = buffer.histograms();
        int at = from;
        while (at < to && times[at] < reference) {
            at++;
        }
        FloatHistogram result;
        if (at < to && times[at] == reference) {
            result = histograms[at];
        } else if (at == from) {
            return false;
        } else if (at < to) {
            FloatHistogram a = histograms[at - 1];
            FloatHistogram b = histograms[at];
            var interpolation = new HistogramInterpolation(
                    context.notes, selector.span(), () -> set.labels(series).metricName());
            if (a.usesCustomBuckets() != b.usesCustomBuckets()) {
                context.notes.mixedBuckets(set.labels(series).metricName(), selector.span());
                return false;
            }
            var gauge = io.pharos.model.histogram.CounterResetHint.GAUGE;
            boolean counter = a.hint() != gauge || b.hint() != gauge;
            result = interpolation.at(a, times[at - 1], b, times[at], reference, counter);
            if (result == null) {
                return false;
            }
        } else {
            result = histograms[at - 1].withHint(io.pharos.model.histogram.CounterResetHint.UNKNOWN);
        }
        block.set(cell, Objects.requireNonNull(result));
        histogramSamples++;
        return true;
    }

    @Override
    public long end() {
        tally.queryable.addAndGet(floats + histogramSamples);
        tally.read.addAndGet(floats + histogramSamples);
        floats = 0;
        histogramSamples = 0;
        return 0;
    }

    @Override
    public void close() {
        context.giveBack(buffer);
    }
}
