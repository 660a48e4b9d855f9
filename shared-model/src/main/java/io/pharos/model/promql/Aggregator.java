package io.pharos.model.promql;

import java.util.Locale;

/// The aggregation operators.
public enum Aggregator {
    SUM,
    AVG,
    COUNT,
    MIN,
    MAX,
    GROUP,
    STDDEV,
    STDVAR,
    TOPK,
    BOTTOMK,
    COUNT_VALUES,
    QUANTILE,
    LIMITK,
    LIMIT_RATIO;

    /// The name in PromQL.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean hasParameter() {
        return ordinal() >= TOPK.ordinal();
    }

    public boolean isExperimental() {
        return this == LIMITK || this == LIMIT_RATIO;
    }
}
