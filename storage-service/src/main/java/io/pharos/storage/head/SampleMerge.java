package io.pharos.storage.head;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges runs of one series whose times may overlap. Of samples of one time, that of the earlier run wins, as in
/// Prometheus' vertical merge.
public final class SampleMerge {
    private final List<SampleBuffer> runs = new ArrayList<>();

    private record Row(
            long ms, double value, @Nullable FloatHistogram histogram, long startMs, int run, boolean integers) {}

    /// A buffer for the next run.
    public SampleBuffer next() {
        var run = new SampleBuffer();
        runs.add(run);
        return run;
    }

    /// Appends to `into` what lies in `afterMs < time ≤ toMs`.
    public void into(SampleBuffer into, long afterMs, long toMs) {
        var rows = new ArrayList<Row>();
        for (int r = 0; r < runs.size(); r++) {
            SampleBuffer run = runs.get(r);
            long[] starts = run.starts();
            for (int i = 0; i < run.floats(); i++) {
                if (run.times()[i] > afterMs && run.times()[i] <= toMs) {
                    rows.add(new Row(run.times()[i], run.values()[i], null, starts == null ? 0 : starts[i], r, false));
                }
            }
            long[] histogramStarts = run.histogramStarts();
            for (int i = 0; i < run.histogramCount(); i++) {
                long t = run.histogramTimes()[i];
                if (t > afterMs && t <= toMs) {
                    rows.add(new Row(
                            t,
                            0,
                            run.histograms()[i],
                            histogramStarts == null ? 0 : histogramStarts[i],
                            r,
                            run.hasIntegerCounts(i)));
                }
            }
        }
        rows.sort(Comparator.comparingLong(Row::ms).thenComparingInt(Row::run));
        long last = Long.MIN_VALUE;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (i > 0 && row.ms() == last) {
                continue;
            }
            last = row.ms();
            FloatHistogram histogram = row.histogram();
            if (histogram == null) {
                into.addFloat(row.ms(), row.value(), row.startMs());
            } else {
                into.addHistogram(row.ms(), histogram, row.startMs());
                if (row.integers()) {
                    into.lastHasIntegerCounts();
                }
            }
        }
    }
}
