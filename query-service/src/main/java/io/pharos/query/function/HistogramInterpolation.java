package io.pharos.query.function;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.promql.Span;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Arithmetic between histograms of one series that notes what does not fit.
public final class HistogramInterpolation {
    private final Notes notes;
    private final Span span;
    private final Supplier<String> metric;

    public HistogramInterpolation(Notes notes, Span span, Supplier<String> metric) {
        this.notes = notes;
        this.span = span;
        this.metric = metric;
    }

    /// The histogram at `ms` between two; null if they do not fit together. A counter that was reset starts at 0.
    public @Nullable FloatHistogram at(
            FloatHistogram a, long aMs, FloatHistogram b, long bMs, long ms, boolean counter) {
        if (ms == aMs) {
            return a;
        }
        if (ms == bMs) {
            return b;
        }
        double fraction = (double) (ms - aMs) / (double) (bMs - aMs);
        if (counter && b.isResetSince(a)) {
            return b.times(fraction);
        }
        FloatHistogram difference = minus(b, a);
        return difference == null ? null : plus(difference.times(fraction), a);
    }

    @Nullable
    FloatHistogram plus(FloatHistogram a, FloatHistogram b) {
        return checked(a.plus(b), "addition");
    }

    @Nullable
    FloatHistogram minus(FloatHistogram a, FloatHistogram b) {
        return checked(a.minus(b), "subtraction");
    }

    private @Nullable FloatHistogram checked(FloatHistogram.@Nullable Combination combination, String operation) {
        if (combination == null) {
            notes.mixedBuckets(metric.get(), span);
            return null;
        }
        if (combination.boundsReconciled()) {
            notes.reconciledBounds(operation, span);
        }
        return combination.histogram();
    }
}
