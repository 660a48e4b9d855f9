package io.pharos.scraper.scrape;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// What all loops count together, under Prometheus' names.
final class ScrapeMetrics {
    final Counter duplicates;
    final Counter outOfOrder;
    final Counter outOfBounds;
    final Counter exceededSampleLimit;
    final Counter exceededBodySizeLimit;
    final Counter exceededBucketLimit;
    final Counter exemplarsOutOfOrder;
    final Counter cacheFlushForced;
    final Counter seriesRefused;
    final MeterRegistry registry;

    ScrapeMetrics(MeterRegistry registry) {
        this.registry = registry;
        duplicates = counter(
                "prometheus_target_scrapes_sample_duplicate_timestamp_total",
                "Total number of samples rejected due to duplicate timestamps but different values.");
        outOfOrder = counter(
                "prometheus_target_scrapes_sample_out_of_order_total",
                "Total number of samples rejected due to not being out of the expected order.");
        outOfBounds = counter(
                "prometheus_target_scrapes_sample_out_of_bounds_total",
                "Total number of samples rejected due to timestamp falling outside of the time bounds.");
        exceededSampleLimit = counter(
                "prometheus_target_scrapes_exceeded_sample_limit_total",
                "Total number of scrapes that hit the sample limit and were rejected.");
        exceededBodySizeLimit = counter(
                "prometheus_target_scrapes_exceeded_body_size_limit_total",
                "Total number of scrapes that hit the body size limit.");
        exceededBucketLimit = counter(
                "prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total",
                "Total number of scrapes that hit the native histogram bucket limit and were rejected.");
        exemplarsOutOfOrder = counter(
                "prometheus_target_scrapes_exemplar_out_of_order_total",
                "Total number of exemplar rejected due to not being out of the expected order.");
        cacheFlushForced = counter(
                "prometheus_target_scrapes_cache_flush_forced_total",
                "How many times a scrape cache was flushed due to getting big while scrapes are failing.");
        seriesRefused = counter(
                "pharos_target_series_refused_total",
                "Total number of samples left out because their series are new and their target has as many as it may.");
    }

    private Counter counter(String name, String help) {
        return Counter.builder(name).description(help).register(registry);
    }
}
