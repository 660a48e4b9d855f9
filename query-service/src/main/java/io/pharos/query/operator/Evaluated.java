package io.pharos.query.operator;

import io.pharos.model.port.QueryResult;
import org.jspecify.annotations.Nullable;

/// A query's value, and what it took. Sample counts as in `query.QueryStatistics`.
public record Evaluated(
        QueryResult.Value value,
        Times times,
        long queryable,
        long read,
        long @Nullable [] queryablePerStep,
        long @Nullable [] readPerStep) {
    /// Nanoseconds spent selecting series, evaluating (sorting included), and sorting.
    public record Times(long selectNanos, long evaluateNanos, long sortNanos) {}
}
