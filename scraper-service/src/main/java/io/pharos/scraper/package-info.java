/// From target to scrape to the sample sink. `ScraperConfiguration` is what programs import.
@NullMarked
package io.pharos.scraper;

import org.jspecify.annotations.NullMarked;
