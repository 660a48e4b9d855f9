package io.pharos.scraper.api;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.port.FeatureFlags;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.Parameters;
import io.pharos.runtime.web.WebApi;
import io.pharos.scraper.scrape.Cardinality;
import io.pharos.scraper.scrape.LoopStatus;
import io.pharos.scraper.scrape.ScrapePools;
import io.pharos.scraper.scrape.ScrapePools.ActiveTarget;
import io.pharos.scraper.scrape.ScrapePools.Pool;
import io.pharos.scraper.target.Target;
import io.pharos.scraper.target.TargetSets.Dropped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The paths that tell of targets and their metadata.
public final class TargetsApi {
    private final ScrapePools pools;
    private final GlobalUrls globalUrls;

    public TargetsApi(ScrapePools pools, GlobalUrls globalUrls) {
        this.pools = pools;
        this.globalUrls = globalUrls;
    }

    public RouterFunction<ServerResponse> routes(WebApi web) {
        return web.routes()
                .get("/api/v1/targets", this::targets)
                .get("/api/v1/targets/metadata", this::targetMetadata)
                .get("/api/v1/metadata", this::metadata)
                .get("/api/pharos/v1/targets/cardinality", this::cardinality)
                .get(
                        "/api/v1/scrape_pools",
                        request -> Answer.data(out -> {
                            out.beginObject()
                                    .name("scrapePools")
                                    .texts(pools.names())
                                    .endObject();
                        }))
                .build();
    }

    private Answer targets(ApiRequest request) {
        String state = request.query().text("state").toLowerCase(Locale.ROOT);
        boolean active = state.isEmpty() || state.equals("any") || state.equals("active");
        boolean dropped = state.isEmpty() || state.equals("any") || state.equals("dropped");
        List<Pool> shown = shown(request.query().text("scrapePool"));
        return Answer.data(out -> {
            out.beginObject().name("activeTargets").beginArray();
            if (active) {
                for (Pool pool : shown) {
                    var sorted = new ArrayList<>(pool.active());
                    sorted.sort(Comparator.comparing(one -> one.target().labels()));
                    for (ActiveTarget one : sorted) {
                        write(pool.name(), one, out);
                    }
                }
            }
            out.endArray().name("droppedTargets").beginArray();
            if (dropped) {
                for (Pool pool : shown) {
                    for (Dropped one : pool.dropped()) {
                        out.beginObject()
                                .name("discoveredLabels")
                                .labels(one.discovered())
                                .field("scrapePool", pool.name())
                                .endObject();
                    }
                }
            }
            out.endArray().name("droppedTargetCounts");
            if (dropped) {
                // Those of every pool, whichever was asked for.
                out.beginObject();
                for (Pool pool : pools.pools()) {
                    out.field(pool.name(), pool.droppedCount());
                }
                out.endObject();
            } else {
                out.nothing();
            }
            out.endObject();
        });
    }

    private List<Pool> shown(String name) {
        return name.isEmpty() ? pools.pools() : pools.pool(name).stream().toList();
    }

    private void write(String pool, ActiveTarget active, JsonWriter out) {
        Target target = active.target();
        LoopStatus status = active.status();
        out.beginObject()
                .name("discoveredLabels")
                .labels(target.discovered())
                .name("labels")
                .labels(target.labels())
                .field("scrapePool", pool)
                .field("scrapeUrl", target.url())
                .field("globalUrl", globalUrls.of(target.url()))
                .field("lastError", status.error())
                .field(
                        "lastScrape",
                        status.health() == LoopStatus.Health.UNKNOWN
                                ? "0001-01-01T00:00:00Z"
                                : GoText.rfc3339(status.at()))
                .field("lastScrapeDuration", status.seconds())
                .field("health", status.health().name().toLowerCase(Locale.ROOT))
                .field("scrapeInterval", target.interval())
                .field("scrapeTimeout", target.timeout())
                .endObject();
    }

    /// The targets with the most series first, each with its most frequent metrics.
    private Answer cardinality(ApiRequest request) {
        Parameters parameters = request.parameters();
        long limit = number(parameters, "limit");
        long most = limit < 0 ? 10 : limit;
        var targets =
                new ArrayList<>(pools.cardinality(parameters.text("scrapePool")).entrySet());
        targets.sort(Comparator.comparingInt(
                        (Map.Entry<Target, Cardinality> e) -> -e.getValue().series())
                .thenComparing(e -> e.getKey().labels()));
        return Answer.data(out -> {
            out.beginArray();
            for (Map.Entry<Target, Cardinality> entry : targets) {
                Cardinality of = entry.getValue();
                out.beginObject()
                        .name("labels")
                        .labels(entry.getKey().labels())
                        .field("scrapeUrl", entry.getKey().url())
                        .field("series", of.series())
                        .field("seriesLimit", of.limit())
                        .field("refused", of.refused())
                        .name("seriesByMetric")
                        .beginArray();
                of.byMetric().entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .limit(most)
                        .forEach(metric -> out.beginObject()
                                .field("metric", metric.getKey())
                                .field("series", metric.getValue())
                                .endObject());
                out.endArray().endObject();
            }
            out.endArray();
        });
    }

    private Answer targetMetadata(ApiRequest request) {
        Parameters parameters = request.parameters();
        long limit = number(parameters, "limit");
        List<Matcher> matchers = matchers(parameters.text("match_target"));
        String metric = parameters.text("metric");
        return Answer.data(out -> {
            out.beginArray();
            long n = 0;
            for (Pool pool : pools.pools()) {
                for (ActiveTarget active : pool.active()) {
                    // A target is shown whole: the limit is looked at before each.
                    if (limit >= 0 && n >= limit
                            || !matches(matchers, active.target().labels())) {
                        continue;
                    }
                    for (Map.Entry<String, MetricMetadata> entry :
                            active.metadata().entrySet()) {
                        if (metric.isEmpty() || entry.getKey().equals(metric)) {
                            n++;
                            write(
                                    active.target().labels(),
                                    metric.isEmpty() ? entry.getKey() : "",
                                    entry.getValue(),
                                    out);
                        }
                    }
                }
            }
            out.endArray();
        });
    }

    private static void write(Labels target, String metric, MetricMetadata metadata, JsonWriter out) {
        out.beginObject().name("target").labels(target);
        if (!metric.isEmpty()) {
            out.field("metric", metric);
        }
        out.field("type", metadata.type().text())
                .field("help", metadata.help())
                .field("unit", metadata.unit())
                .endObject();
    }

    private static boolean matches(List<Matcher> matchers, Labels labels) {
        for (Matcher matcher : matchers) {
            if (!matcher.matches(labels.get(matcher.name()))) {
                return false;
            }
        }
        return true;
    }

    private static List<Matcher> matchers(String selector) {
        if (selector.isEmpty()) {
            return List.of();
        }
        try {
            return new PromqlParser(FeatureFlags.NONE).selector(selector);
        } catch (ParseException e) {
            throw Parameters.invalid("match_target", e);
        }
    }

    private Answer metadata(ApiRequest request) {
        Parameters parameters = request.parameters();
        long limit = number(parameters, "limit");
        long perMetric = number(parameters, "limit_per_metric");
        String metric = parameters.text("metric");
        var found = new TreeMap<String, Set<MetricMetadata>>(Labels.NAME_ORDER);
        for (Pool pool : pools.pools()) {
            for (ActiveTarget active : pool.active()) {
                active.metadata().forEach((name, of) -> {
                    if (metric.isEmpty() || name.equals(metric)) {
                        Set<MetricMetadata> all = found.computeIfAbsent(name, _ -> new LinkedHashSet<>());
                        if (perMetric <= 0 || all.size() < perMetric) {
                            all.add(of);
                        }
                    }
                });
            }
        }
        return Answer.data(out -> {
            out.beginObject();
            long n = 0;
            for (Map.Entry<String, Set<MetricMetadata>> entry : found.entrySet()) {
                if (limit >= 0 && n++ >= limit) {
                    break;
                }
                out.name(entry.getKey()).beginArray();
                for (MetricMetadata of : entry.getValue()) {
                    out.beginObject()
                            .field("type", of.type().text())
                            .field("unit", of.unit())
                            .field("help", of.help())
                            .endObject();
                }
                out.endArray();
            }
            out.endObject();
        });
    }

    /// A whole number, −1 where it is absent.
    private static long number(Parameters parameters, String name) {
        String text = parameters.text(name);
        if (text.isEmpty()) {
            return -1;
        }
        try {
            return Parameters.parseInteger(text);
        } catch (NumberFormatException e) {
            throw new ApiException(ApiError.BAD_DATA, name + " must be a number", e);
        }
    }
}
