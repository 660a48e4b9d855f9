package io.pharos.scraper.scrape;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

/// `prometheus_target_interval_length_seconds`: how far apart the scrapes of one target really are.
final class IntervalLengths {
    private final DistributionSummary lengths;
    private long before;

    IntervalLengths(MeterRegistry registry, String interval) {
        lengths = DistributionSummary.builder("prometheus_target_interval_length_seconds")
                .description("Actual intervals between scrapes.")
                .tag("interval", interval)
                .publishPercentiles(0.01, 0.05, 0.5, 0.9, 0.99)
                .register(registry);
    }

    void scrapeBegins(long nanos) {
        if (before != 0) {
            lengths.record((nanos - before) / 1e9);
        }
        before = nanos;
    }
}
