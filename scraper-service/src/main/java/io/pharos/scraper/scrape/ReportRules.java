package io.pharos.scraper.scrape;

/// What a target's own series say besides whether it is up, and what it may have.
///
/// @param sampleLimit 0 means none
/// @param seriesLimit most series the target may have, 0 for any number: new ones over it are refused, known ones go on
/// @param extra whether `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` are written
record ReportRules(long sampleLimit, long seriesLimit, boolean extra, double timeoutSeconds) {}
