package io.pharos.model.sample;

import io.pharos.model.labels.Labels;

/// An example observation of a series: its own labels (a trace id…), value, and time in milliseconds.
public record Exemplar(Labels labels, double value, long atMs) {}
