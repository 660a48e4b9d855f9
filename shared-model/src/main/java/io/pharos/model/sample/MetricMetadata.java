package io.pharos.model.sample;

/// What a metric family says of itself. `unit` and `help` may be empty.
public record MetricMetadata(MetricType type, String unit, String help) {}
