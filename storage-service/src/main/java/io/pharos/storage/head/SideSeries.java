package io.pharos.storage.head;

import io.pharos.model.chunk.HistogramChunk;
import io.pharos.model.chunk.HistogramChunkWriter;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.sample.SampleBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a series has beside its record because few series have it: native histograms, samples with a start time,
/// samples out of order.
final class SideSeries {
    /// Samples of one run out of order, after which it is cut.
    static final int RUN = 64;
    /// Bytes after which an open histogram chunk is cut.
    static final int LARGE = 24 * 1024;

    @Nullable
    HistogramChunkWriter histograms;

    long[] histogramStarts = new long[0];
    boolean histogramsHaveStarts;

    /// The newest histogram, while the series' newest sample is one.
    @Nullable
    NativeHistogram last;

    /// Floats with start times: columns of `started` rows; rows are never changed.
    long[] startedTimes = new long[0];

    double[] startedValues = new double[0];
    long[] startedStarts = new long[0];
    int started;

    /// Out-of-order samples, sorted by time: columns of `late` rows; replaced as a whole when they change.
    long[] lateTimes = new long[0];

    double[] lateValues = new double[0];

    @Nullable
    NativeHistogram[] lateHistograms = new NativeHistogram[0];

    int late;

    void addStarted(long ms, double value, long startMs) {
        if (started == startedTimes.length) {
            int length = Math.max(8, started * 2);
            startedTimes = Arrays.copyOf(startedTimes, length);
            startedValues = Arrays.copyOf(startedValues, length);
            startedStarts = Arrays.copyOf(startedStarts, length);
        }
        startedTimes[started] = ms;
        startedValues[started] = value;
        startedStarts[started] = startMs;
        started++;
    }

    void clearStarted() {
        startedTimes = new long[0];
        startedValues = new double[0];
        startedStarts = new long[0];
        started = 0;
    }

    void noteHistogramStart(int row, long startMs) {
        if (row >= histogramStarts.length) {
            histogramStarts = Arrays.copyOf(histogramStarts, Math.max(8, row * 2));
        }
        histogramStarts[row] = startMs;
        histogramsHaveStarts |= startMs != 0;
    }

    void clearHistograms() {
        histograms = null;
        histogramStarts = new long[0];
        histogramsHaveStarts = false;
    }

    /// Inserts a late sample; false where one of its time is there already.
    boolean addLate(long ms, double value, @Nullable NativeHistogram histogram) {
        int at = Arrays.binarySearch(lateTimes, 0, late, ms);
        if (at >= 0) {
            return false;
        }
        at = -at - 1;
        var times = new long[late + 1];
        var values = new double[late + 1];
        @Nullable NativeHistogram[] histogramsNow = new NativeHistogram[late + 1];
        System.arraycopy(lateTimes, 0, times, 0, at);
        System.arraycopy(lateValues, 0, values, 0, at);
        System.arraycopy(lateHistograms, 0, histogramsNow, 0, at);
        System.arraycopy(lateTimes, at, times, at + 1, late - at);
        System.arraycopy(lateValues, at, values, at + 1, late - at);
        System.arraycopy(lateHistograms, at, histogramsNow, at + 1, late - at);
        times[at] = ms;
        values[at] = value;
        histogramsNow[at] = histogram;
        lateTimes = times;
        lateValues = values;
        lateHistograms = histogramsNow;
        late++;
        return true;
    }

    void clearLate() {
        lateTimes = new long[0];
        lateValues = new double[0];
        lateHistograms = new NativeHistogram[0];
        late = 0;
    }

    boolean isEmpty() {
        return histograms == null && started == 0 && late == 0 && last == null;
    }

    /// Whether no samples wait here; the newest histogram may still be remembered.
    boolean holdsNothing() {
        return histograms == null && started == 0 && late == 0;
    }

    long oldestMs() {
        long oldest = late > 0 ? lateTimes[0] : Long.MAX_VALUE;
        if (started > 0) {
            oldest = Math.min(oldest, startedTimes[0]);
        }
        HistogramChunkWriter open = histograms;
        return open == null ? oldest : Math.min(oldest, open.firstMs());
    }

    /// A view that later appends do not change.
    SideSeries snapshot() {
        var copy = new SideSeries();
        copy.frozen = histograms == null ? null : histograms.chunk();
        copy.histogramStarts = histogramStarts;
        copy.histogramsHaveStarts = histogramsHaveStarts;
        copy.startedTimes = startedTimes;
        copy.startedValues = startedValues;
        copy.startedStarts = startedStarts;
        copy.started = started;
        copy.lateTimes = lateTimes;
        copy.lateValues = lateValues;
        copy.lateHistograms = lateHistograms;
        copy.late = late;
        return copy;
    }

    /// In a snapshot: the open histogram chunk.
    @Nullable
    HistogramChunk frozen;

    /// In a snapshot: hands over what it holds, run by run.
    void read(SampleMerge merge) {
        if (started > 0) {
            SampleBuffer run = merge.next();
            for (int i = 0; i < started; i++) {
                run.addFloat(startedTimes[i], startedValues[i], startedStarts[i]);
            }
        }
        HistogramChunk chunk = frozen;
        if (chunk != null) {
            var alone = new SampleBuffer();
            chunk.decode(alone);
            SampleBuffer run = merge.next();
            for (int i = 0; i < alone.histogramCount(); i++) {
                run.addHistogram(
                        alone.histogramTimes()[i],
                        alone.histograms()[i],
                        histogramsHaveStarts ? histogramStarts[i] : 0);
                if (alone.hasIntegerCounts(i)) {
                    run.lastHasIntegerCounts();
                }
            }
        }
        if (late > 0) {
            SampleBuffer run = merge.next();
            for (int i = 0; i < late; i++) {
                NativeHistogram histogram = lateHistograms[i];
                if (histogram == null) {
                    run.addFloat(lateTimes[i], lateValues[i]);
                } else {
                    run.addHistogram(lateTimes[i], histogram.toFloat(), 0);
                    if (histogram instanceof Histogram) {
                        run.lastHasIntegerCounts();
                    }
                }
            }
        }
    }
}
