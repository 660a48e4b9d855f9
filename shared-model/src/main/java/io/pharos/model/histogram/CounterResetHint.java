package io.pharos.model.histogram;

/// What is known about a counter reset between a histogram and its predecessor. Ordinals are those of the remote-write
/// protocol.
public enum CounterResetHint {
    UNKNOWN,
    RESET,
    NOT_RESET,
    GAUGE
}
