package io.pharos.model.config;

/// Which metric and label names are valid.
public enum NameValidation {
    UTF8,
    LEGACY
}
