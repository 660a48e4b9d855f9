package io.pharos.model.labels;

/// One label: a name and a non-empty value.
public record Label(String name, String value) {}
