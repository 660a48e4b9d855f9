package io.pharos.model.port;

/// Why a sample was not taken.
public enum RejectReason {
    OUT_OF_ORDER,
    /// Same time as a stored sample, another value.
    DUPLICATE,
    /// Older than the out-of-order window.
    TOO_OLD,
    /// Outside what the store accepts at all (retention, head bounds).
    OUT_OF_BOUNDS,
    /// Too far in the future.
    TOO_FAR_AHEAD,
    /// A limit on series, labels or bytes.
    LIMIT,
    /// Labels or histogram that no series can have.
    INVALID
}
