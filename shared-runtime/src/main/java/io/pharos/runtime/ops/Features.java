package io.pharos.runtime.ops;

import io.pharos.model.port.FeatureFlags;
import io.pharos.model.wire.JsonWriter;
import io.pharos.runtime.flags.Flags;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What this process can do, by category, as `/api/v1/features` tells clients. Services add their own. Thread-safe.
public final class Features {
    private final Map<String, Map<String, Boolean>> categories = new ConcurrentHashMap<>();

    /// What flags decide.
    public static Features of(Flags flags, FeatureFlags enabled) {
        var features = new Features();
        if (flags.program().isOfAlertmanager()) {
            return features;
        }
        features.set("api", "admin", flags.enabled("web.enable-admin-api"))
                .set("api", "exclude_alerts", true)
                .set("api", "label_values_match", true)
                .set("api", "lifecycle", flags.enabled("web.enable-lifecycle"))
                .set("api", "otlp_write_receiver", flags.enabled("web.enable-otlp-receiver"))
                .set("api", "query_stats", true)
                .set("api", "query_warnings", true)
                .set("api", "remote_write_receiver", flags.enabled("web.enable-remote-write-receiver"))
                .set("api", "time_range_labels", true)
                .set("api", "time_range_series", true)
                .set("prometheus", "agent_mode", flags.enabled("agent"))
                .set("prometheus", "auto_reload_config", flags.enabled("config.auto-reload"))
                .set("prometheus", "stringlabels", true)
                .set("promql", "anchored", enabled.extendedRangeSelectors())
                .set("promql", "at_modifier", true)
                .set("promql", "bool", true)
                .set("promql", "by", true)
                .set("promql", "delayed_name_removal", enabled.delayedNameRemoval())
                .set("promql", "duration_expr", true)
                .set("promql", "fill", enabled.binopFillModifiers())
                .set("promql", "group_left", true)
                .set("promql", "group_right", true)
                .set("promql", "ignoring", true)
                .set("promql", "negative_offset", true)
                .set("promql", "offset", true)
                .set("promql", "on", true)
                .set("promql", "per_query_lookback_delta", true)
                .set("promql", "per_step_stats", enabled.perStepStatistics())
                .set("promql", "smoothed", enabled.extendedRangeSelectors())
                .set("promql", "subqueries", true)
                .set("promql", "type_and_unit_labels", enabled.typeAndUnitLabels())
                .set("promql", "without", true)
                .set("rules", "concurrent_rule_eval", enabled.concurrentRuleEvaluation())
                .set("rules", "keep_firing_for", true)
                .set("rules", "query_offset", true)
                .set("scrape", "extra_scrape_metrics", enabled.extraScrapeMetrics())
                .set("scrape", "start_timestamp_zero_ingestion", enabled.createdTimestampZeroIngestion())
                .set("scrape", "type_and_unit_labels", enabled.typeAndUnitLabels())
                .set("tsdb", "exemplar_storage", true)
                .set("tsdb", "native_histograms", true)
                .set("ui", "ui_v3", true);
        for (String mechanism : new String[] {"consul", "dns", "ec2", "file", "http", "kubernetes", "static"}) {
            features.set("service_discovery_providers", mechanism, true);
        }
        return features;
    }

    /// Says whether something can be done.
    public Features set(String category, String feature, boolean can) {
        categories.computeIfAbsent(category, _ -> new ConcurrentHashMap<>()).put(feature, can);
        return this;
    }

    void write(JsonWriter out) {
        out.beginObject();
        new TreeMap<>(categories).forEach((category, features) -> {
            out.name(category).beginObject();
            new TreeMap<>(features).forEach(out::field);
            out.endObject();
        });
        out.endObject();
    }
}
