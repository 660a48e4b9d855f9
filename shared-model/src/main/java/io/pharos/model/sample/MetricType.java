package io.pharos.model.sample;

import java.util.Locale;

/// The types of a metric family under the names Prometheus' API uses.
public enum MetricType {
    UNKNOWN,
    COUNTER,
    GAUGE,
    HISTOGRAM,
    GAUGEHISTOGRAM,
    SUMMARY,
    INFO,
    STATESET;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The type called `text`; `UNKNOWN` for anything else (`untyped` too).
    public static MetricType of(String text) {
        for (MetricType type : values()) {
            if (type.text().equals(text)) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
