package io.pharos.query.operator;

import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;

/// What is done to decoded columns before functions see them.
final class Samples {
    private Samples() {}

    /// Leaves of histograms count and sum, and a hint that says whether a reset came before, since that cannot be seen
    /// any more without buckets. Of the first histogram it is not known.
    static void keepStats(SampleBuffer buffer) {
        FloatHistogram[] histograms = buffer.histograms();
        FloatHistogram last = null;
        for (int i = 0; i < buffer.histogramCount(); i++) {
            FloatHistogram h = histograms[i];
            CounterResetHint hint = h.hint();
            if (!h.isStale()) {
                if (hint == CounterResetHint.UNKNOWN && last != null) {
                    hint = h.isResetSince(last) ? CounterResetHint.RESET : CounterResetHint.NOT_RESET;
                }
                last = h.withHint(hint);
            }
            histograms[i] = stats(h, hint);
        }
    }

    private static FloatHistogram stats(FloatHistogram h, CounterResetHint hint) {
        FloatHistogram none = FloatHistogram.stale();
        return new FloatHistogram(
                hint,
                h.schema(),
                0,
                0,
                h.count(),
                h.sum(),
                none.positiveSpans(),
                none.positive(),
                none.negativeSpans(),
                none.negative(),
                none.customValues());
    }

    /// Removes stale markers in place.
    static void dropStale(SampleBuffer buffer) {
        double[] values = buffer.values();
        int n = buffer.floats();
        int first = 0;
        while (first < n && Double.doubleToRawLongBits(values[first]) != StaleMarker.BITS) {
            first++;
        }
        boolean staleHistogram = false;
        for (int i = 0; i < buffer.histogramCount() && !staleHistogram; i++) {
            staleHistogram = buffer.histograms()[i].isStale();
        }
        if (first == n && !staleHistogram) {
            return;
        }
        var copy = new SampleBuffer();
        long[] starts = buffer.starts();
        for (int i = 0; i < n; i++) {
            if (!StaleMarker.is(values[i])) {
                copy.addFloat(buffer.times()[i], values[i], starts == null ? 0 : starts[i]);
            }
        }
        long[] histogramStarts = buffer.histogramStarts();
        for (int i = 0; i < buffer.histogramCount(); i++) {
            FloatHistogram h = buffer.histograms()[i];
            if (!h.isStale()) {
                copy.addHistogram(buffer.histogramTimes()[i], h, histogramStarts == null ? 0 : histogramStarts[i]);
            }
        }
        buffer.clear();
        long[] keptStarts = copy.starts();
        for (int i = 0; i < copy.floats(); i++) {
            buffer.addFloat(copy.times()[i], copy.values()[i], keptStarts == null ? 0 : keptStarts[i]);
        }
        long[] keptHistogramStarts = copy.histogramStarts();
        for (int i = 0; i < copy.histogramCount(); i++) {
            buffer.addHistogram(
                    copy.histogramTimes()[i],
                    copy.histograms()[i],
                    keptHistogramStarts == null ? 0 : keptHistogramStarts[i]);
        }
    }
}
