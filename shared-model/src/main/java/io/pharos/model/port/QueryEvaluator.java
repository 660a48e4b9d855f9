package io.pharos.model.port;

/// Evaluates PromQL: the engine, or a query service far away. Thread-safe; blocking.
///
/// Throws [ApiException]: `BAD_DATA` (does not parse), `EXECUTION`, `TIMEOUT`, `CANCELED` (the thread was interrupted),
/// `UNAVAILABLE`.
public interface QueryEvaluator {
    /// Evaluates at one time.
    QueryResult instant(String expression, long atMs);

    /// Evaluates at `startMs`, `startMs + stepMs`, … up to and including `endMs`.
    QueryResult range(String expression, long startMs, long endMs, long stepMs);
}
