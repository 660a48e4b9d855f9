package io.pharos.model.port;

import io.pharos.model.histogram.NativeHistogram;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Samples to append together, as columns: one row a sample. Reused batch after batch by its owner; not thread-safe.
///
/// Columns of [#size()] rows: `references` (0 = not known; the sink writes the reference it used back), `times`
/// (ms), `values` (ignored where the row has a histogram), `starts` (start timestamp in ms, 0 = none). Labels
/// of a row are asked for by [#labels(int)] only when its reference is 0 or has gone stale.
public final class SampleBatch {
    private long[] references = new long[64];
    private long[] times = new long[64];
    private double[] values = new double[64];
    private long[] starts = new long[64];
    private @Nullable NativeHistogram[] histograms = new NativeHistogram[0];
    private boolean hasHistograms;
    private boolean hasStarts;
    private int size;
    private IntFunction<Labels> labels = row -> {
        throw new IllegalStateException("bug: batch without labels asked for row " + row);
    };
    private final List<ExemplarRow> exemplars = new ArrayList<>();
    private final List<MetadataRow> metadata = new ArrayList<>();

    /// An exemplar for the series of `row`.
    public record ExemplarRow(int row, Exemplar exemplar) {}

    /// Metadata of the metric family named.
    public record MetadataRow(String metric, MetricMetadata metadata) {}

    /// Empties the batch and says where labels of its rows come from.
    public void reset(IntFunction<Labels> labelsOfRow) {
        size = 0;
        if (hasHistograms) {
            Arrays.fill(histograms, null);
        }
        hasHistograms = false;
        hasStarts = false;
        exemplars.clear();
        metadata.clear();
        labels = labelsOfRow;
    }

    /// Adds a float and returns its row.
    public int addFloat(long reference, long ms, double value) {
        if (size == times.length) {
            int length = size * 2;
            references = Arrays.copyOf(references, length);
            times = Arrays.copyOf(times, length);
            values = Arrays.copyOf(values, length);
            starts = Arrays.copyOf(starts, length);
        }
        references[size] = reference;
        times[size] = ms;
        values[size] = value;
        starts[size] = 0;
        return size++;
    }

    /// Adds a histogram and returns its row.
    public int addHistogram(long reference, long ms, NativeHistogram histogram) {
        int row = addFloat(reference, ms, 0);
        if (histograms.length < times.length) {
            histograms = Arrays.copyOf(histograms, times.length);
        }
        histograms[row] = histogram;
        hasHistograms = true;
        return row;
    }

    /// Sets the start timestamp of a row.
    public void setStart(int row, long startMs) {
        starts[row] = startMs;
        hasStarts |= startMs != 0;
    }

    public void addExemplar(int row, Exemplar exemplar) {
        exemplars.add(new ExemplarRow(row, exemplar));
    }

    public void addMetadata(String metric, MetricMetadata of) {
        metadata.add(new MetadataRow(metric, of));
    }

    public int size() {
        return size;
    }

    public long[] references() {
        return references;
    }

    public long[] times() {
        return times;
    }

    public double[] values() {
        return values;
    }

    public long[] starts() {
        return starts;
    }

    public boolean hasStarts() {
        return hasStarts;
    }

    public boolean hasHistograms() {
        return hasHistograms;
    }

    /// The histogram of a row, null where the row is a float.
    public @Nullable NativeHistogram histogram(int row) {
        return hasHistograms && row < histograms.length ? histograms[row] : null;
    }

    public Labels labels(int row) {
        return labels.apply(row);
    }

    public List<ExemplarRow> exemplars() {
        return exemplars;
    }

    public List<MetadataRow> metadata() {
        return metadata;
    }
}
