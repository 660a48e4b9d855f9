package io.pharos.model.promql;

/// How a selector treats the ends of its range.
public enum RangeMode {
    PLAIN,
    ANCHORED,
    SMOOTHED
}
