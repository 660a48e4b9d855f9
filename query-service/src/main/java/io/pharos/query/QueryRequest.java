package io.pharos.query;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One query to run.
///
/// @param expression PromQL
/// @param startMs first step; the evaluation time of an instant query
/// @param endMs last step, inclusive; equals `startMs` for an instant query
/// @param stepMs distance of steps, 0 for an instant query
/// @param timeoutMs shortens the engine's timeout, never extends it; 0 means the engine's
/// @param lookbackMs replaces the engine's lookback delta; 0 means the engine's
/// @param perStepStatistics whether samples are also counted per step (`stats=all` with `promql-per-step-stats`)
/// @param origin who asked: `clientIP`, `method`, `path` and what Grafana says of its dashboard, or a rule; in the
/// order
///     given
public record QueryRequest(
        String expression,
        long startMs,
        long endMs,
        long stepMs,
        long timeoutMs,
        long lookbackMs,
        boolean perStepStatistics,
        Map<String, String> origin) {
    public QueryRequest {
        origin = Collections.unmodifiableMap(new LinkedHashMap<>(origin));
        if (stepMs < 0 || endMs < startMs) {
            throw new IllegalArgumentException("query from " + startMs + " to " + endMs + " ms by " + stepMs
                    + " ms; swap the bounds, or use a positive step");
        }
    }

    /// A query at one time with the engine's defaults.
    public static QueryRequest instant(String expression, long atMs) {
        return new QueryRequest(expression, atMs, atMs, 0, 0, 0, false, Map.of());
    }

    /// A query over a range with the engine's defaults.
    public static QueryRequest range(String expression, long startMs, long endMs, long stepMs) {
        return new QueryRequest(expression, startMs, endMs, stepMs, 0, 0, false, Map.of());
    }

    public boolean isInstant() {
        return stepMs == 0;
    }

    public QueryRequest withTimeout(long ms) {
        return new QueryRequest(expression, startMs, endMs, stepMs, ms, lookbackMs, perStepStatistics, origin);
    }

    public QueryRequest withLookback(long ms) {
        return new QueryRequest(expression, startMs, endMs, stepMs, timeoutMs, ms, perStepStatistics, origin);
    }

    public QueryRequest withPerStepStatistics(boolean wanted) {
        return new QueryRequest(expression, startMs, endMs, stepMs, timeoutMs, lookbackMs, wanted, origin);
    }

    public QueryRequest withOrigin(Map<String, String> of) {
        return new QueryRequest(expression, startMs, endMs, stepMs, timeoutMs, lookbackMs, perStepStatistics, of);
    }
}
