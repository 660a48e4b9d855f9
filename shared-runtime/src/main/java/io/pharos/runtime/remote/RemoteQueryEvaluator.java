package io.pharos.runtime.remote;

import io.pharos.model.port.QueryEvaluator;
import io.pharos.model.port.QueryResult;

/// Evaluates at a query node; at the next one where it can't be reached.
final class RemoteQueryEvaluator implements QueryEvaluator {
    private final PeerCalls query;

    RemoteQueryEvaluator(PeerCalls query) {
        this.query = query;
    }

    @Override
    public QueryResult instant(String expression, long atMs) {
        return evaluate(new ResultBytes.Query(expression, atMs, atMs, 0));
    }

    @Override
    public QueryResult range(String expression, long startMs, long endMs, long stepMs) {
        return evaluate(new ResultBytes.Query(expression, startMs, endMs, stepMs));
    }

    private QueryResult evaluate(ResultBytes.Query asked) {
        return query.any("evaluate", ResultBytes.write(asked), ResultBytes::result);
    }
}
