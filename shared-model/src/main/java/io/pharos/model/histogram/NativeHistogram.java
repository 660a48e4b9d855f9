package io.pharos.model.histogram;

/// A native histogram as it is ingested: with integer or with float counts.
public sealed interface NativeHistogram permits Histogram, FloatHistogram {
    /// Schema of histograms whose bucket bounds are given by hand (`customValues`).
    int CUSTOM_BUCKETS_SCHEMA = -53;

    int schema();

    double sum();

    CounterResetHint hint();

    /// The same histogram with float counts.
    FloatHistogram toFloat();

    /// Whether this is the marker of a series' end.
    boolean isStale();
}
