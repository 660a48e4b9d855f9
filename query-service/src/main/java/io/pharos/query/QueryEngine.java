package io.pharos.query;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;
import io.pharos.model.port.SeriesSource;
import java.time.InstantSource;
import java.util.List;

/// Evaluates PromQL over a [SeriesSource]. Thread-safe; a call blocks its thread until the result is there, so callers
/// are virtual threads or their own.
///
/// Failures are [ApiException]s with Prometheus' texts: `BAD_DATA` for an expression that does not parse or fits no
/// range
/// query (without the `invalid parameter "query": ` that the HTTP API puts before it), `EXECUTION`, `TIMEOUT`,
/// `CANCELED` (the thread was interrupted, or [#cancel]), and whatever the source throws.
public final class QueryEngine implements QueryEvaluator, AutoCloseable {
    /// @param time for timeouts' and running queries' ages
    public QueryEngine(SeriesSource source, FeatureFlags flags, QueryLimits limits, InstantSource time) {}

    /// Runs one query.
    public QueryAnswer run(QueryRequest request) {
        throw new ApiException(ApiError.UNAVAILABLE, "the query engine is not part of this build; use a newer one");
    }

    @Override
    public QueryResult instant(String expression, long atMs) {
        return run(QueryRequest.instant(expression, atMs)).result();
    }

    @Override
    public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
        return run(QueryRequest.range(expression, startMs, endMs, stepMs)).result();
    }

    /// The step of subqueries that name none (`global.evaluation_interval`); 1 minute until set.
    public void setDefaultStep(long ms) {}

    /// Who is told of ended queries; replaces the one before.
    public void setQueryLog(QueryLog log) {}

    /// Queries that wait or run now, oldest first.
    public List<RunningQuery> running() {
        return List.of();
    }

    /// Cancels a running query; false if there is none of that id.
    public boolean cancel(long id) {
        return false;
    }

    /// Stops the pool; running queries are cancelled.
    @Override
    public void close() {}
}
