/// Target discovery: what there is to scrape, and which alertmanagers there are.
///
/// The door is [io.pharos.discovery.Discovery]: it runs the sources of every pool and tells a listener the groups
/// of a pool whenever they changed. A source is one mechanism with its configuration; each mechanism has a
/// package of its own. Called by the scraper and the rule service; knows nothing of scraping, relabelling or
/// alerts.
@NullMarked
package io.pharos.discovery;

import org.jspecify.annotations.NullMarked;
