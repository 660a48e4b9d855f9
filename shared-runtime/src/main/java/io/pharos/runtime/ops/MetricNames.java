package io.pharos.runtime.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import org.jspecify.annotations.Nullable;

/// Lets names through that end as OpenMetrics keeps for itself, `_info` and `_created`, which the registry would cut
/// off: it gets them with an underscore more, which [MetricsText] takes away again.
final class MetricNames implements NamingConvention {
    private final NamingConvention registrys = new PrometheusNamingConvention();

    @Override
    public String name(String name, Meter.Type type, @Nullable String unit) {
        String family = name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name;
        return family.endsWith("_created") || family.endsWith("_info")
                ? family + "_"
                : registrys.name(name, type, unit);
    }

    @Override
    public String tagKey(String key) {
        return registrys.tagKey(key);
    }

    /// The name that a family of the registry was given.
    static String given(String family) {
        return family.endsWith("_created_") || family.endsWith("_info_")
                ? family.substring(0, family.length() - 1)
                : family;
    }
}
