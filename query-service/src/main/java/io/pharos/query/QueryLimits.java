package io.pharos.query;

/// What a query may use, and the engine's defaults.
///
/// @param maxSamples samples in memory at once, per query (`--query.max-samples`)
/// @param maxBytes bytes a query may hold at once, per query; 0 means no limit
/// @param maxConcurrency queries that run at once; further ones wait in order (`--query.max-concurrency`)
/// @param timeoutMs how long a query may take, waiting included (`--query.timeout`)
/// @param lookbackMs how old a sample may be that an instant selector takes (`--query.lookback-delta`)
public record QueryLimits(long maxSamples, long maxBytes, int maxConcurrency, long timeoutMs, long lookbackMs) {
    /// Those of Prometheus' flags when none is given, and no limit on bytes.
    public static final QueryLimits DEFAULT = new QueryLimits(50_000_000, 0, 20, 120_000, 300_000);

    public QueryLimits {
        if (maxSamples <= 0 || maxBytes < 0 || maxConcurrency <= 0 || timeoutMs <= 0 || lookbackMs <= 0) {
            throw new IllegalArgumentException("query limits must be positive, got maxSamples " + maxSamples
                    + ", maxBytes "
                    + maxBytes + ", maxConcurrency " + maxConcurrency + ", timeout " + timeoutMs + " ms, lookback "
                    + lookbackMs + " ms");
        }
    }
}
