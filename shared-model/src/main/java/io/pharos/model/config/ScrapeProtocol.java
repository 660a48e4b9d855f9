package io.pharos.model.config;

import java.util.List;

/// An exposition format that a target may be asked for.
public enum ScrapeProtocol implements Worded {
    PROMETHEUS_PROTO("PrometheusProto"),
    PROMETHEUS_TEXT_0_0_4("PrometheusText0.0.4"),
    PROMETHEUS_TEXT_1_0_0("PrometheusText1.0.0"),
    OPEN_METRICS_TEXT_0_0_1("OpenMetricsText0.0.1"),
    OPEN_METRICS_TEXT_1_0_0("OpenMetricsText1.0.0");

    /// What a target is asked for by default, in order of preference.
    public static final List<ScrapeProtocol> DEFAULT =
            List.of(OPEN_METRICS_TEXT_1_0_0, OPEN_METRICS_TEXT_0_0_1, PROMETHEUS_TEXT_1_0_0, PROMETHEUS_TEXT_0_0_4);

    /// The default where native histograms are scraped.
    public static final List<ScrapeProtocol> PROTO_FIRST = List.of(
            PROMETHEUS_PROTO,
            OPEN_METRICS_TEXT_1_0_0,
            OPEN_METRICS_TEXT_0_0_1,
            PROMETHEUS_TEXT_1_0_0,
            PROMETHEUS_TEXT_0_0_4);

    private final String word;

    ScrapeProtocol(String word) {
        this.word = word;
    }

    /// The name in `scrape_protocols`.
    @Override
    public String word() {
        return word;
    }
}
