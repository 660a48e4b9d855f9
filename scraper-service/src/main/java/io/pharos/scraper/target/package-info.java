/// Which targets a job has: discovered groups become targets by relabelling (`scrape/target.go` of Prometheus 3.14).
///
/// [io.pharos.scraper.target.TargetSets] is the door. Pure: knows no clock, socket or thread.
@NullMarked
package io.pharos.scraper.target;

import org.jspecify.annotations.NullMarked;
