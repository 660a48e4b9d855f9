package io.pharos.query.api;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.FloatHistogram;

/// A histogram with custom bounds as a classic one.
final class ClassicBuckets {
    private ClassicBuckets() {}

    /// Observations at or below each of the custom bounds.
    static double[] cumulative(FloatHistogram histogram) {
        var cumulative = new double[histogram.customValues().length];
        int index = 0;
        int bucket = 0;
        for (BucketSpan span : histogram.positiveSpans()) {
            index += span.offset();
            for (int i = 0; i < span.length(); i++, index++, bucket++) {
                if (index >= 0 && index < cumulative.length) {
                    cumulative[index] += histogram.positive()[bucket];
                }
            }
        }
        for (int i = 1; i < cumulative.length; i++) {
            cumulative[i] += cumulative[i - 1];
        }
        return cumulative;
    }
}
