package io.pharos.scraper.scrape;

/// What a target's own series say besides whether it is up.
///
/// @param sampleLimit 0 means none
/// @param extra whether `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` are written
record ReportRules(long sampleLimit, boolean extra, double timeoutSeconds) {}
