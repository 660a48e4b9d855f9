package io.pharos.model.chunk;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.sample.SampleBuffer;

/// Brings a histogram that was ingested with integer counts back to them from the floats it was read as.
public final class IntegerCounts {
    private IntegerCounts() {}

    /// The histogram of a row of a buffer as it was ingested, where its counts can tell.
    public static NativeHistogram of(SampleBuffer samples, int row) {
        FloatHistogram read = samples.histograms()[row];
        if (!samples.hasIntegerCounts(row) || !isWhole(read.count()) || !isWhole(read.zeroCount())) {
            return read;
        }
        if (read.isStale()) {
            return Histogram.stale();
        }
        for (double count : read.positive()) {
            if (!isWhole(count)) {
                return read;
            }
        }
        for (double count : read.negative()) {
            if (!isWhole(count)) {
                return read;
            }
        }
        return new Histogram(
                read.hint(),
                read.schema(),
                read.zeroThreshold(),
                (long) read.zeroCount(),
                (long) read.count(),
                read.sum(),
                read.positiveSpans(),
                deltas(read.positive()),
                read.negativeSpans(),
                deltas(read.negative()),
                read.customValues());
    }

    private static boolean isWhole(double count) {
        return count >= 0 && count <= 1L << 53 && (long) count == count;
    }

    private static long[] deltas(double[] counts) {
        var deltas = new long[counts.length];
        long before = 0;
        for (int i = 0; i < counts.length; i++) {
            deltas[i] = (long) counts[i] - before;
            before = (long) counts[i];
        }
        return deltas;
    }
}
