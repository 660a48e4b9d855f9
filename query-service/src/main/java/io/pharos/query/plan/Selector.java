package io.pharos.query.plan;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.promql.RangeMode;
import io.pharos.model.promql.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A selector with its reference time resolved: the step, or `atMs` where that is not null, minus `offsetMs`.
///
/// @param statsOnly count and sum of histograms are all that will be looked at
public record Selector(
        List<Matcher> matchers, long offsetMs, @Nullable Long atMs, RangeMode mode, boolean statsOnly, Span span) {
    public Selector {
        matchers = List.copyOf(matchers);
    }

    /// The metric name that every selected series has, if a matcher says so.
    public @Nullable String metricName() {
        for (Matcher m : matchers) {
            if (m.type() == Matcher.Type.EQUAL
                    && m.name().equals(Labels.METRIC_NAME)
                    && !m.value().isEmpty()) {
                return m.value();
            }
        }
        return null;
    }

    /// The time whose samples are looked up at a step.
    public long referenceMs(long stepMs) {
        return (atMs == null ? stepMs : atMs) - offsetMs;
    }
}
