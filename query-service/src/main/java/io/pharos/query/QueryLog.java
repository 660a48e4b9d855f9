package io.pharos.query;

import org.jspecify.annotations.Nullable;

/// Told of every query once it has ended: `global.query_log_file`, slow query logs, metrics. Called on the
/// thread that ran it; must not throw.
@FunctionalInterface
public interface QueryLog {
    /// Nobody is told.
    QueryLog NONE = (request, statistics, error) -> {};

    /// @param error text of what the query failed with, null if it did not
    void ended(QueryRequest request, QueryStatistics statistics, @Nullable String error);
}
