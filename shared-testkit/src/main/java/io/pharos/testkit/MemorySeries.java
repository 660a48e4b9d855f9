package io.pharos.testkit;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One series of a [MemoryStore]: columns in time order, floats and histograms mixed. Histograms get the counter
/// reset hints that Prometheus' chunks would give them back with: unknown at the start of a chunk, which every reset
/// begins, no reset inside a chunk.
final class MemorySeries {
    final Labels labels;
    final long reference;
    private long[] times = new long[16];
    private double[] values = new double[16];
    private @Nullable FloatHistogram[] histograms = new FloatHistogram[16];
    private long[] starts = new long[16];
    private int size;

    MemorySeries(Labels labels, long reference) {
        this.labels = labels;
        this.reference = reference;
    }

    boolean overlaps(TimeRange range) {
        return size > 0 && range.overlaps(times[0], times[size - 1]);
    }

    void addFloat(long ms, double value, long startMs) {
        int at = slot(ms);
        values[at] = value;
        starts[at] = startMs;
    }

    void addHistogram(long ms, FloatHistogram histogram, long startMs) {
        int at = slot(ms);
        histograms[at] = hinted(histogram, at == 0 ? null : histograms[at - 1]);
        starts[at] = startMs;
    }

    /// Where a sample of that time goes; a sample of the same time is replaced. Views made before keep their arrays.
    private int slot(long ms) {
        int at = size;
        while (at > 0 && times[at - 1] >= ms) {
            at--;
        }
        boolean replaces = at < size && times[at] == ms;
        int length = replaces ? times.length : Math.max(times.length, size == times.length ? size * 2 : 0);
        if (at < size || length != times.length) {
            times = Arrays.copyOf(times, length);
            values = Arrays.copyOf(values, length);
            histograms = Arrays.copyOf(histograms, length);
            starts = Arrays.copyOf(starts, length);
        }
        if (!replaces) {
            System.arraycopy(times, at, times, at + 1, size - at);
            System.arraycopy(values, at, values, at + 1, size - at);
            System.arraycopy(histograms, at, histograms, at + 1, size - at);
            System.arraycopy(starts, at, starts, at + 1, size - at);
            size++;
        }
        times[at] = ms;
        histograms[at] = null;
        return at;
    }

    private static FloatHistogram hinted(FloatHistogram h, @Nullable FloatHistogram before) {
        if (h.isStale() || h.hint() == CounterResetHint.GAUGE) {
            return h;
        }
        if (before == null
                || before.isStale()
                || before.hint() == CounterResetHint.GAUGE
                || h.hint() == CounterResetHint.RESET) {
            return h.withHint(CounterResetHint.UNKNOWN);
        }
        boolean sameLayout = h.schema() == before.schema() && h.zeroThreshold() == before.zeroThreshold();
        if (h.count() >= before.count() && !sameLayout) {
            return h.withHint(CounterResetHint.UNKNOWN);
        }
        boolean reset = !Arrays.equals(h.customValues(), before.customValues())
                || h.withHint(CounterResetHint.UNKNOWN).isResetSince(before);
        return h.withHint(reset ? CounterResetHint.UNKNOWN : CounterResetHint.NOT_RESET);
    }

    View view() {
        return new View(labels, times, values, histograms, starts, size);
    }

    /// What a selection sees.
    record View(
            Labels labels,
            long[] times,
            double[] values,
            @Nullable FloatHistogram[] histograms,
            long[] starts,
            int size) {
        void read(long afterMs, long toMs, SampleBuffer into) {
            int from = Arrays.binarySearch(times, 0, size, afterMs);
            for (int i = from < 0 ? -from - 1 : from + 1; i < size && times[i] <= toMs; i++) {
                FloatHistogram h = histograms[i];
                if (h == null) {
                    into.addFloat(times[i], values[i], starts[i]);
                } else {
                    into.addHistogram(times[i], h, starts[i]);
                }
            }
        }
    }
}
