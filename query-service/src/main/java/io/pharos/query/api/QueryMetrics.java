package io.pharos.query.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.query.QueryEngine;
import io.pharos.query.QueryLog;
import io.pharos.query.QueryRequest;
import io.pharos.query.QueryStatistics;
import org.jspecify.annotations.Nullable;

/// Prometheus' metrics of its query engine. It is told of every query, and tells the query log in turn.
public final class QueryMetrics implements QueryLog {
    private final DistributionSummary queue;
    private final DistributionSummary prepare;
    private final DistributionSummary evaluate;
    private final DistributionSummary sort;
    private final Counter samples;
    private final Counter samplesRead;
    private volatile QueryLog log = QueryLog.NONE;

    public QueryMetrics(MeterRegistry meters, QueryEngine engine, int maxConcurrency) {
        queue = timings(meters, "queue_time");
        prepare = timings(meters, "prepare_time");
        evaluate = timings(meters, "inner_eval");
        sort = timings(meters, "result_sort");
        samples = Counter.builder("prometheus_engine_query_samples_total")
                .description("The total number of samples loaded by all queries (full window per step for"
                        + " range-vector).")
                .register(meters);
        samplesRead = Counter.builder("prometheus_engine_query_samples_read_total")
                .description("The total number of samples read by all queries (only new points per step for"
                        + " range-vector).")
                .register(meters);
        Gauge.builder("prometheus_engine_queries", engine, e -> e.running().size())
                .description("The current number of queries being executed or waiting.")
                .register(meters);
        Gauge.builder("prometheus_engine_queries_concurrent_max", () -> maxConcurrency)
                .description("The max number of concurrent queries.")
                .register(meters);
        Gauge.builder("prometheus_engine_query_log_enabled", this, m -> m.log == QueryLog.NONE ? 0 : 1)
                .description("State of the query log.")
                .register(meters);
    }

    private static DistributionSummary timings(MeterRegistry meters, String slice) {
        return DistributionSummary.builder("prometheus_engine_query_duration_seconds")
                .description("Query timings")
                .tag("slice", slice)
                .publishPercentiles(0.5, 0.9, 0.99)
                .register(meters);
    }

    /// Who is told of queries besides.
    public void logTo(QueryLog next) {
        log = next;
    }

    @Override
    public void ended(QueryRequest request, QueryStatistics statistics, @Nullable String error) {
        queue.record(statistics.execQueueTime());
        prepare.record(statistics.queryPreparationTime());
        evaluate.record(statistics.innerEvalTime());
        sort.record(statistics.resultSortTime());
        samples.increment(statistics.totalQueryableSamples());
        samplesRead.increment(statistics.samplesRead());
        log.ended(request, statistics, error);
    }
}
