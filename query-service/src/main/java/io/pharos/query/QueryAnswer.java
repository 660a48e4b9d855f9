package io.pharos.query;

import io.pharos.model.port.QueryResult;

/// What came of a query: the result with its annotations, and what it took.
public record QueryAnswer(QueryResult result, QueryStatistics statistics) {}
