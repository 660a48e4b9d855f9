package io.pharos.rule.group;

import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.labels.Labels;
import org.jspecify.annotations.Nullable;

/// A sample that a rule gives: a histogram, or a float where that is null.
record RuleSample(Labels labels, double value, @Nullable FloatHistogram histogram) {}
