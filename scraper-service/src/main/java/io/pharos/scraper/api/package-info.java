/// What the scraper answers: `/api/v1/targets…`, `/api/v1/scrape_pools…`, `/api/v1/metadata`.
@NullMarked
package io.pharos.scraper.api;

import org.jspecify.annotations.NullMarked;
