package io.pharos.model.sample;

import io.pharos.model.histogram.FloatHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The samples of one series over a range, as columns: floats and histograms apart, each in ascending time order.
///
/// Columns: `times[floats]` in ms, `values[floats]`; `histogramTimes[histograms]` in ms,
/// `histograms[histograms]`. Start timestamps (ms, 0 means none) stand in `starts[floats]` and
/// `histogramStarts[histograms]` once one sample has one; before, both are null. Stale markers are kept: a
/// float with the bits of [StaleMarker], a histogram whose sum is that float.
///
/// Owned by one reader, reused for series after series: arrays grow and are never shrunk, so nothing is
/// allocated in steady state. Not thread-safe.
public final class SampleBuffer {
    private long[] times = new long[128];
    private double[] values = new double[128];
    private long @Nullable [] starts;
    private int floats;

    private long[] histogramTimes = new long[0];
    private FloatHistogram[] histograms = new FloatHistogram[0];
    private long @Nullable [] histogramStarts;
    private int histogramCount;
    private boolean[] integers = new boolean[0];

    /// Forgets all samples; keeps the arrays.
    public void clear() {
        floats = 0;
        starts = null;
        Arrays.fill(histograms, 0, histogramCount, null);
        histogramCount = 0;
        histogramStarts = null;
    }

    public void addFloat(long ms, double value) {
        ensureFloats(1);
        times[floats] = ms;
        values[floats] = value;
        floats++;
    }

    public void addFloat(long ms, double value, long startMs) {
        addFloat(ms, value);
        if (startMs != 0) {
            if (starts == null) {
                starts = new long[times.length];
            }
            starts[floats - 1] = startMs;
        }
    }

    public void addHistogram(long ms, FloatHistogram histogram, long startMs) {
        if (histogramCount == histogramTimes.length) {
            int length = Math.max(16, histogramCount * 2);
            histogramTimes = Arrays.copyOf(histogramTimes, length);
            histograms = Arrays.copyOf(histograms, length);
            if (histogramStarts != null) {
                histogramStarts = Arrays.copyOf(histogramStarts, length);
            }
        }
        histogramTimes[histogramCount] = ms;
        histograms[histogramCount] = histogram;
        if (histogramCount < integers.length) {
            integers[histogramCount] = false;
        }
        if (startMs != 0 && histogramStarts == null) {
            histogramStarts = new long[histogramTimes.length];
        }
        if (histogramStarts != null) {
            histogramStarts[histogramCount] = startMs;
        }
        histogramCount++;
    }

    /// Says that the histogram added last was ingested with integer counts, so that it can be handed on as it came.
    public void lastHasIntegerCounts() {
        if (integers.length < histogramCount) {
            integers = Arrays.copyOf(integers, histogramTimes.length);
        }
        integers[histogramCount - 1] = true;
    }

    /// Whether the histogram of a row was ingested with integer counts, as far as that is known.
    public boolean hasIntegerCounts(int row) {
        return row < integers.length && integers[row];
    }

    /// Makes room for `more` floats, so that a decoder may write into [#times()] and [#values()] from [#floats()] on,
    /// then [#addedFloats].
    public void ensureFloats(int more) {
        int needed = floats + more;
        if (needed > times.length) {
            int length = Math.max(needed, times.length * 2);
            times = Arrays.copyOf(times, length);
            values = Arrays.copyOf(values, length);
        }
        if (starts != null && starts.length < times.length) {
            starts = Arrays.copyOf(starts, times.length);
        }
        if (starts != null) {
            Arrays.fill(starts, floats, Math.min(starts.length, needed), 0);
        }
    }

    /// Counts `more` floats that were written into the arrays directly.
    public void addedFloats(int more) {
        floats += more;
    }

    /// Drops floats and histograms outside `(afterMs, toMs]`, order kept.
    public void clip(long afterMs, long toMs) {
        int from = firstAfter(times, floats, afterMs);
        int to = firstAfter(times, floats, toMs);
        if (from > 0 && to > from) {
            System.arraycopy(times, from, times, 0, to - from);
            System.arraycopy(values, from, values, 0, to - from);
            if (starts != null) {
                System.arraycopy(starts, from, starts, 0, to - from);
            }
        }
        floats = Math.max(0, to - from);
        int hFrom = firstAfter(histogramTimes, histogramCount, afterMs);
        int hTo = firstAfter(histogramTimes, histogramCount, toMs);
        int kept = Math.max(0, hTo - hFrom);
        if (hFrom > 0 && kept > 0) {
            System.arraycopy(histogramTimes, hFrom, histogramTimes, 0, kept);
            System.arraycopy(histograms, hFrom, histograms, 0, kept);
            if (integers.length > 0) {
                integers = Arrays.copyOf(Arrays.copyOfRange(integers, hFrom, hFrom + kept), integers.length);
            }
            if (histogramStarts != null) {
                System.arraycopy(histogramStarts, hFrom, histogramStarts, 0, kept);
            }
        }
        Arrays.fill(histograms, kept, histogramCount, null);
        histogramCount = kept;
    }

    private static int firstAfter(long[] times, int count, long ms) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] <= ms) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Drops floats from row `floatRows` on and histograms from row `histogramRows` on.
    public void truncate(int floatRows, int histogramRows) {
        floats = Math.min(floats, floatRows);
        if (histogramRows < histogramCount) {
            Arrays.fill(histograms, histogramRows, histogramCount, null);
            histogramCount = histogramRows;
        }
    }

    public int floats() {
        return floats;
    }

    public long[] times() {
        return times;
    }

    public double[] values() {
        return values;
    }

    public long @Nullable [] starts() {
        return starts;
    }

    public int histogramCount() {
        return histogramCount;
    }

    public long[] histogramTimes() {
        return histogramTimes;
    }

    public FloatHistogram[] histograms() {
        return histograms;
    }

    public long @Nullable [] histogramStarts() {
        return histogramStarts;
    }

    public boolean isEmpty() {
        return floats == 0 && histogramCount == 0;
    }
}
