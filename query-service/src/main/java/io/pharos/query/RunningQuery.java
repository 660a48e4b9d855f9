package io.pharos.query;

/// A query that waits or runs. Samples and bytes are those it holds now.
public record RunningQuery(
        long id, QueryRequest request, long startedMs, long ageMs, boolean waiting, long samples, long bytes) {}
