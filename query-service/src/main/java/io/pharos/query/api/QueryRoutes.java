package io.pharos.query.api;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SeriesSource;
import io.pharos.query.QueryEngine;
import io.pharos.runtime.web.ApiRoutes;
import io.pharos.runtime.web.WebApi;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// All routes of the query API and the UI.
public final class QueryRoutes {
    private final QueryApi queries;
    private final TextApi texts;
    private final SeriesApi series;
    private final Federation federation;
    private final RunningQueriesApi running;
    private final ExplainApi explain;
    private final SearchApi search;
    private final Pages pages;

    /// @param lookbackMs how far back federation looks (`--query.lookback-delta`)
    /// @param maxSearchLimit most results of one search (`--web.search.max-limit`); 0 means no limit
    /// @param externalLabels `global.external_labels` of the configuration in force
    public QueryRoutes(
            QueryEngine engine,
            SeriesSource source,
            FeatureFlags flags,
            InstantSource time,
            long lookbackMs,
            int maxSearchLimit,
            Supplier<Labels> externalLabels) {
        this.queries = new QueryApi(engine, flags, time);
        this.texts = new TextApi(flags);
        this.series = new SeriesApi(source, flags);
        this.federation = new Federation(source, flags, time, lookbackMs, externalLabels);
        this.running = new RunningQueriesApi(engine);
        this.explain = new ExplainApi(engine, time);
        this.search = new SearchApi(source, flags, time, maxSearchLimit);
        this.pages = new Pages();
    }

    /// Federation requests that failed on this side.
    public long federationErrors() {
        return federation.errors();
    }

    public RouterFunction<ServerResponse> router(WebApi web) {
        ApiRoutes routes = web.routes()
                .getAndPost("/api/v1/query", queries::instant)
                .getAndPost("/api/v1/query_range", queries::range)
                .getAndPost("/api/v1/query_exemplars", series::exemplars)
                .getAndPost("/api/v1/format_query", texts::format)
                .getAndPost("/api/v1/parse_query", texts::parse)
                .getAndPost("/api/v1/series", series::series)
                .getAndPost("/api/v1/labels", series::labelNames)
                .get("/api/v1/label/{name}/values", series::labelValues)
                .getAndPost("/api/v1/search/metric_names", search::metricNames)
                .getAndPost("/api/v1/search/label_names", search::labelNames)
                .getAndPost("/api/v1/search/label_values", search::labelValues)
                .get("/federate", federation::federate)
                .getAndPost("/api/pharos/v1/explain", explain::explain)
                .get("/api/pharos/v1/queries", running::list)
                .delete("/api/pharos/v1/queries/{id}", running::cancel);
        return pages.register(routes).build();
    }
}
