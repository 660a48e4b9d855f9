package io.pharos.scraper.scrape;

import java.util.Map;

/// How many series a target has, by its newest scrape that succeeded.
///
/// @param refused samples of the newest scrape that the limit kept out
/// @param limit 0 for none
/// @param byMetric series of each metric name
public record Cardinality(int series, long refused, long limit, Map<String, Integer> byMetric) {}
