/// One loop per target: request, parse, label, append, report (`scrape/scrape.go` of Prometheus 3.14).
///
/// [io.pharos.scraper.scrape.ScrapePools] is the door. `ScrapeLoop` decides what a body means for the sink and knows no
/// clock, thread or socket; `LoopDriver` runs it.
@NullMarked
package io.pharos.scraper.scrape;

import org.jspecify.annotations.NullMarked;
