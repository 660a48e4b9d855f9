package io.pharos.storage.head;

import io.pharos.model.sample.SampleBuffer;

/// Cuts what was appended to a buffer to a range of time, in place.
public final class Clip {
    private Clip() {}

    /// Keeps of the floats from row `from` on those with `afterMs < time ≤ toMs`.
    public static void floats(SampleBuffer buffer, int from, long afterMs, long toMs) {
        long[] times = buffer.times();
        int end = buffer.floats();
        int first = firstAfter(times, from, end, afterMs);
        int last = firstAfter(times, first, end, toMs);
        int kept = last - first;
        if (first > from && kept > 0) {
            System.arraycopy(times, first, times, from, kept);
            System.arraycopy(buffer.values(), first, buffer.values(), from, kept);
            long[] starts = buffer.starts();
            if (starts != null) {
                System.arraycopy(starts, first, starts, from, kept);
            }
        }
        buffer.addedFloats(from + kept - end);
    }

    /// As [#floats], over all histograms of the buffer, which must begin empty of others' histograms.
    public static void histograms(SampleBuffer buffer, long afterMs, long toMs) {
        int n = buffer.histogramCount();
        if (n == 0 || buffer.histogramTimes()[0] > afterMs && buffer.histogramTimes()[n - 1] <= toMs) {
            return;
        }
        var copy = new SampleBuffer();
        for (int i = 0; i < n; i++) {
            long[] starts = buffer.histogramStarts();
            copy.addHistogram(buffer.histogramTimes()[i], buffer.histograms()[i], starts == null ? 0 : starts[i]);
            if (buffer.hasIntegerCounts(i)) {
                copy.lastHasIntegerCounts();
            }
        }
        // clip() works on whole buffers: floats are put aside
        int floats = buffer.floats();
        var times = java.util.Arrays.copyOf(buffer.times(), floats);
        var values = java.util.Arrays.copyOf(buffer.values(), floats);
        long[] starts = buffer.starts();
        long[] floatStarts = starts == null ? null : java.util.Arrays.copyOf(starts, floats);
        buffer.clear();
        for (int i = 0; i < floats; i++) {
            buffer.addFloat(times[i], values[i], floatStarts == null ? 0 : floatStarts[i]);
        }
        for (int i = 0; i < n; i++) {
            long t = copy.histogramTimes()[i];
            if (t > afterMs && t <= toMs) {
                long[] hs = copy.histogramStarts();
                buffer.addHistogram(t, copy.histograms()[i], hs == null ? 0 : hs[i]);
                if (copy.hasIntegerCounts(i)) {
                    buffer.lastHasIntegerCounts();
                }
            }
        }
    }

    private static int firstAfter(long[] times, int from, int to, long ms) {
        int low = from;
        int high = to;
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
}
