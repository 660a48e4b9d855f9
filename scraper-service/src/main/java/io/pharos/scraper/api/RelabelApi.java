package io.pharos.scraper.api;

import io.pharos.model.config.ConfigLoader;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.relabel.RelabelRule;
import io.pharos.model.relabel.Relabeler;
import io.pharos.model.text.GoText;
import io.pharos.model.wire.JsonWriter;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.WebApi;
import io.pharos.scraper.scrape.ScrapePools;
import io.pharos.scraper.scrape.ScrapePools.Pool;
import io.pharos.scraper.target.TargetSets;
import io.pharos.scraper.target.TargetSets.Dropped;
import io.pharos.scraper.target.TargetSets.Made;
import java.util.Map;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// The paths that explain what relabelling does: to one label set, rule by rule, and to what discovery found.
public final class RelabelApi {
    private static final ObjectMapper JSON = JsonMapper.shared();

    private final ScrapePools pools;

    public RelabelApi(ScrapePools pools) {
        this.pools = pools;
    }

    public RouterFunction<ServerResponse> routes(WebApi web) {
        return web.routes()
                .get("/api/v1/scrape_pools/config", this::config)
                .get("/api/v1/targets/relabel_steps", this::steps)
                .get("/api/pharos/v1/targets/dropped", this::dropped)
                .get("/api/pharos/v1/targets/dry_run", this::dryRun)
                .build();
    }

    private Pool pool(ApiRequest request) {
        String name = request.parameters().text("scrapePool");
        if (name.isEmpty()) {
            throw new ApiException(ApiError.BAD_DATA, "no scrapePool parameter provided");
        }
        return pools.pool(name)
                .orElseThrow(() -> new ApiException(
                        ApiError.BAD_DATA,
                        "error retrieving scrape config: scrape pool not found: " + GoText.quote(name)));
    }

    private static Labels labels(ApiRequest request) {
        String text = request.parameters().text("labels");
        if (text.isEmpty()) {
            throw new ApiException(ApiError.BAD_DATA, "no labels parameter provided");
        }
        try {
            Map<String, String> values = JSON.readValue(text, new TypeReference<Map<String, String>>() {});
            var builder = new LabelsBuilder();
            values.forEach(builder::set);
            return builder.build();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new ApiException(ApiError.BAD_DATA, "error parsing labels: " + e.getMessage(), e);
        }
    }

    private Answer config(ApiRequest request) {
        String yaml = ConfigLoader.print(pool(request).config());
        return Answer.data(out -> out.beginObject().field("yaml", yaml).endObject());
    }

    private Answer steps(ApiRequest request) {
        Pool pool = pool(request);
        Labels labels = labels(request);
        return Answer.data(out -> {
            out.beginObject().name("steps");
            write(new Relabeler(pool.config().relabelRules()), labels, out);
            out.endObject();
        });
    }

    private static void write(Relabeler relabeler, Labels labels, JsonWriter out) {
        out.beginArray();
        for (Relabeler.Step step : relabeler.steps(labels)) {
            out.beginObject().name("rule");
            write(step.rule(), out);
            out.name("output").labels(step.output()).field("keep", step.kept()).endObject();
        }
        out.endArray();
    }

    private static void write(RelabelRule rule, JsonWriter out) {
        out.beginObject();
        if (!rule.sourceLabels().isEmpty()) {
            out.name("source_labels").texts(rule.sourceLabels());
        }
        out.field("separator", rule.separator()).field("regex", rule.regex().text());
        if (rule.modulus() != 0) {
            out.field("modulus", rule.modulus());
        }
        if (!rule.targetLabel().isEmpty()) {
            out.field("target_label", rule.targetLabel());
        }
        out.field("replacement", rule.replacement())
                .field("action", rule.action().text())
                .endObject();
    }

    /// Every dropped target that is kept, with the rule that dropped it.
    private Answer dropped(ApiRequest request) {
        String name = request.parameters().text("scrapePool");
        return Answer.data(out -> {
            out.beginArray();
            for (Pool pool : pools.pools()) {
                if (!name.isEmpty() && !name.equals(pool.name())) {
                    continue;
                }
                var rules = pool.config().relabelRules();
                for (Dropped dropped : pool.dropped()) {
                    out.beginObject()
                            .field("scrapePool", pool.name())
                            .name("discoveredLabels")
                            .labels(dropped.discovered())
                            .field("ruleIndex", dropped.rule());
                    if (dropped.rule() >= 0 && dropped.rule() < rules.size()) {
                        out.name("rule");
                        write(rules.get(dropped.rule()), out);
                    }
                    out.endObject();
                }
            }
            out.endArray();
        });
    }

    /// What would become of a target with these labels, without scraping it.
    private Answer dryRun(ApiRequest request) {
        Pool pool = pool(request);
        Labels labels = labels(request);
        Made made = TargetSets.make(pool.rules(), labels);
        return Answer.data(out -> {
            out.beginObject();
            switch (made) {
                case Made.Active active ->
                    out.field("outcome", "active")
                            .name("discoveredLabels")
                            .labels(active.target().discovered())
                            .name("labels")
                            .labels(active.target().labels())
                            .field("scrapeUrl", active.target().url())
                            .field("scrapeInterval", active.target().interval())
                            .field("scrapeTimeout", active.target().timeout());
                case Made.Left left ->
                    out.field("outcome", "dropped")
                            .name("discoveredLabels")
                            .labels(left.dropped().discovered())
                            .field("ruleIndex", left.dropped().rule());
                case Made.Failed failed -> out.field("outcome", "failed").field("error", failed.why());
            }
            out.name("steps");
            write(new Relabeler(pool.config().relabelRules()), TargetSets.discovered(pool.rules(), labels), out);
            out.endObject();
        });
    }
}
