package io.pharos.query;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.model.config.PrometheusConfig;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.port.SeriesSource;
import io.pharos.model.promql.Aggregator;
import io.pharos.model.promql.BinaryOperator;
import io.pharos.model.promql.Function;
import io.pharos.query.api.ApiRelay;
import io.pharos.query.api.QueryLogFile;
import io.pharos.query.api.QueryMetrics;
import io.pharos.query.api.QueryRoutes;
import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.flags.Program;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.ops.Features;
import io.pharos.runtime.reload.Reloadable;
import io.pharos.runtime.remote.Peers;
import io.pharos.runtime.server.ServerConfiguration;
import io.pharos.runtime.web.DirectRouter;
import io.pharos.runtime.web.WebApi;
import io.pharos.runtime.web.WebApiConfiguration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The query service: the engine (which is the program's `QueryEvaluator`), its HTTP API, and the UI. Needs a
/// [SeriesSource], [Flags], [FeatureFlags], a [MeterRegistry] and an [InstantSource].
@Configuration(proxyBeanMethods = false)
@Import(WebApiConfiguration.class)
public class QueryConfiguration {
    /// What `prometheus.yml` says about queries.
    static final class Settings {
        private volatile Labels externalLabels = Labels.EMPTY;

        Labels externalLabels() {
            return externalLabels;
        }
    }

    @Bean
    Settings querySettings() {
        return new Settings();
    }

    @Bean(destroyMethod = "close")
    QueryEngine queryEngine(SeriesSource source, FeatureFlags features, Flags flags, InstantSource time) {
        var limits = new QueryLimits(
                flags.number("query.max-samples"),
                // One query may take half of the heap, whatever its samples.
                Runtime.getRuntime().maxMemory() / 2,
                (int) Math.min(Integer.MAX_VALUE, flags.number("query.max-concurrency")),
                flags.durationMs("query.timeout"),
                flags.durationMs("query.lookback-delta"));
        return new QueryEngine(source, features, limits, time);
    }

    @Bean
    QueryMetrics queryMetrics(MeterRegistry meters, QueryEngine engine, Flags flags) {
        var metrics = new QueryMetrics(meters, engine, (int) flags.number("query.max-concurrency"));
        engine.setQueryLog(metrics);
        return metrics;
    }

    @Bean(destroyMethod = "close")
    QueryLogFile queryLogFile(InstantSource time) {
        return new QueryLogFile(time);
    }

    @Bean
    Reloadable<PrometheusConfig> queryReloadable(
            QueryEngine engine, QueryMetrics metrics, QueryLogFile log, Settings settings) {
        return config -> {
            Runnable logTo = log.prepare(config.global().queryLogFile());
            return () -> {
                logTo.run();
                metrics.logTo(log.isOpen() ? log : QueryLog.NONE);
                engine.setDefaultStep(config.global().evaluationInterval().toMillis());
                settings.externalLabels = config.global().externalLabels();
            };
        };
    }

    @Bean
    RouterFunction<ServerResponse> queryRouter(
            QueryEngine engine,
            SeriesSource source,
            FeatureFlags features,
            Flags flags,
            InstantSource time,
            Settings settings,
            MeterRegistry meters,
            Features capabilities,
            WebApi web) {
        tell(features, capabilities);
        var routes = new QueryRoutes(
                engine,
                source,
                features,
                time,
                flags.durationMs("query.lookback-delta"),
                Math.clamp(flags.number("web.search.max-limit"), 0, Integer.MAX_VALUE),
                settings::externalLabels);
        FunctionCounter.builder("prometheus_web_federation_errors_total", routes, QueryRoutes::federationErrors)
                .description("Total number of errors that occurred while sending federation responses.")
                .register(meters);
        return routes.router(web);
    }

    /// What `/api/v1/features` says of PromQL and of this API.
    private static void tell(FeatureFlags flags, Features features) {
        for (Function function : Function.values()) {
            features.set(
                    "promql_functions", function.text(), !function.isExperimental() || flags.experimentalFunctions());
        }
        for (BinaryOperator operator : BinaryOperator.values()) {
            features.set("promql_operators", operator.symbol(), true);
        }
        for (String symbol : List.of("@", "=~", "!~")) {
            features.set("promql_operators", symbol, true);
        }
        for (Aggregator aggregator : Aggregator.values()) {
            features.set(
                    "promql_operators",
                    aggregator.text(),
                    !aggregator.isExperimental() || flags.experimentalFunctions());
        }
        features.set("promql", "fill_left", flags.binopFillModifiers())
                .set("promql", "fill_right", flags.binopFillModifiers())
                .set("api", "search", flags.names().contains("search-api"))
                .set("api", "search_fuzz_alg_subsequence", true)
                .set("api", "search_fuzz_alg_jarowinkler", true);
    }

    /// The paths of the other services, where this one runs apart from them.
    @Bean
    RouterFunction<ServerResponse> relayRouter(
            Flags flags, ObjectProvider<Peers> peers, ObjectProvider<HttpSender> peerSender, WebApi web) {
        Peers known = peers.getIfAvailable();
        HttpSender sender = peerSender.getIfAvailable();
        if (flags.program() != Program.QUERY || known == null || sender == null) {
            return DirectRouter.NONE;
        }
        return new ApiRelay(known::of, sender, ServerConfiguration.routePrefix(flags)).router(web);
    }
}
