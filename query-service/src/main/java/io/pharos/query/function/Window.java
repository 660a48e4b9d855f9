package io.pharos.query.function;

import io.pharos.model.histogram.FloatHistogram;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a range function sees: the columns of one series and the part of them that lies in the range of one step. The
/// operator moves it from step to step; fields are public because this is the hot path.
///
/// Columns as in [io.pharos.model.sample.SampleBuffer], without stale markers. Floats of the step are
/// `[from, to)`, histograms `[histogramFrom, histogramTo)`.
public final class Window {
    public long[] times = new long[0];
    public double[] values = new double[0];
    public long @Nullable [] starts;
    public int from;
    public int to;

    public long[] histogramTimes = new long[0];
    public FloatHistogram[] histograms = new FloatHistogram[0];
    public long @Nullable [] histogramStarts;
    public int histogramFrom;
    public int histogramTo;

    /// Number of floats and histograms in the whole columns.
    public int floats;

    public int histogramCount;

    /// Number and time of the step.
    public int step;

    public long stepMs;

    /// Bounds of the range, the first exclusive, before any widening by `anchored` or `smoothed`.
    public long rangeStartMs;

    public long rangeEndMs;

    /// The scalar arguments of the function at this step.
    public double[] arguments = new double[0];

    /// The result, where the function says that there is one: the histogram if it is not null, else the value.
    public double value;

    public @Nullable FloatHistogram histogram;

    /// The metric name of the series, for annotations.
    public Supplier<String> metric = () -> "";

    public int size() {
        return to - from + histogramTo - histogramFrom;
    }

    public boolean mixed() {
        return to > from && histogramTo > histogramFrom;
    }

    long start(int at) {
        long[] known = starts;
        return known == null ? 0 : known[at];
    }

    long histogramStart(int at) {
        long[] known = histogramStarts;
        return known == null ? 0 : known[at];
    }

    boolean give(double result) {
        value = result;
        histogram = null;
        return true;
    }

    boolean give(FloatHistogram result) {
        histogram = result;
        return true;
    }
}
