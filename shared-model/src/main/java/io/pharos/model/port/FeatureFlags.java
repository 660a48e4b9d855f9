package io.pharos.model.port;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The values of `--enable-feature`, parsed once. Names that Prometheus 3.14 knows and that need nothing here are
/// accepted.
public record FeatureFlags(
        boolean experimentalFunctions,
        boolean extendedRangeSelectors,
        boolean binopFillModifiers,
        boolean delayedNameRemoval,
        boolean perStepStatistics,
        boolean useStartTimestamps,
        boolean typeAndUnitLabels,
        boolean extraScrapeMetrics,
        boolean concurrentRuleEvaluation,
        boolean createdTimestampZeroIngestion,
        boolean metadataWalRecords,
        Set<String> names) {
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "promql-duration-expr",
            "exemplar-storage",
            "native-histograms",
            "memory-snapshot-on-shutdown",
            "auto-gomaxprocs",
            "auto-gomemlimit",
            "auto-reload-config",
            "otlp-deltatocumulative",
            "otlp-native-delta-ingestion",
            "old-ui",
            "new-service-discovery-manager",
            "expand-external-labels",
            "promql-at-modifier",
            "promql-negative-offset",
            "remote-write-receiver",
            "no-scrape-default-port",
            "st-storage",
            "xor2-encoding",
            "use-uncached-io");

    public FeatureFlags {
        names = Set.copyOf(names);
    }

    /// None enabled.
    public static final FeatureFlags NONE = parse(List.of());

    /// Parses flag values, each possibly a comma-separated list. Names unknown to us are kept in [#names()], see
    /// [#unknown()].
    public static FeatureFlags parse(Collection<String> values) {
        var names = new HashSet<String>();
        for (String value : values) {
            for (String name : value.split(",")) {
                if (!name.isBlank()) {
                    names.add(name.strip());
                }
            }
        }
        return new FeatureFlags(
                names.contains("promql-experimental-functions"),
                names.contains("promql-extended-range-selectors"),
                names.contains("promql-binop-fill-modifiers"),
                names.contains("promql-delayed-name-removal"),
                names.contains("promql-per-step-stats"),
                names.contains("use-start-timestamps"),
                names.contains("type-and-unit-labels"),
                names.contains("extra-scrape-metrics"),
                names.contains("concurrent-rule-eval"),
                names.contains("created-timestamp-zero-ingestion"),
                names.contains("metadata-wal-records"),
                names);
    }

    /// Every experimental part of PromQL on, as the upstream scripts expect.
    public static FeatureFlags allPromql() {
        return parse(
                List.of("promql-experimental-functions,promql-extended-range-selectors,promql-binop-fill-modifiers"));
    }

    /// Names that mean nothing to us; Prometheus warns of them and goes on.
    public Set<String> unknown() {
        var unknown = new HashSet<>(names);
        unknown.removeAll(WITHOUT_EFFECT);
        unknown.removeAll(Set.of(
                "promql-experimental-functions",
                "promql-extended-range-selectors",
                "promql-binop-fill-modifiers",
                "promql-delayed-name-removal",
                "promql-per-step-stats",
                "use-start-timestamps",
                "type-and-unit-labels",
                "extra-scrape-metrics",
                "concurrent-rule-eval",
                "created-timestamp-zero-ingestion",
                "metadata-wal-records",
                "search-api"));
        return unknown;
    }
}
