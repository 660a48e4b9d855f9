package io.pharos.model.port;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a query: a value, warnings and infos in the texts of the API.
public record QueryResult(Value value, List<String> warnings, List<String> infos) {
    public QueryResult {
        warnings = List.copyOf(warnings);
        infos = List.copyOf(infos);
    }

    /// A PromQL value.
    public sealed interface Value {}

    /// A number at a time in ms.
    public record Scalar(long atMs, double value) implements Value {}

    /// A string at a time in ms.
    public record Text(long atMs, String value) implements Value {}

    /// Elements in the order of evaluation.
    public record Vector(List<Element> elements) implements Value {}

    /// Series in label order.
    public record Matrix(List<Series> series) implements Value {}

    /// One element of a vector: a histogram, or a float where that is null.
    public record Element(
            Labels labels,
            long atMs,
            double value,
            @Nullable FloatHistogram histogram) {}

    /// One series of a matrix, as columns; floats and histograms apart, times in ms ascending. Arrays are exactly as
    /// long as they are full.
    public record Series(
            Labels labels, long[] times, double[] values, long[] histogramTimes, FloatHistogram[] histograms) {}
}
