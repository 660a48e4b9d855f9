/// What targets expose: text 0.0.4 and 1.0.0, OpenMetrics 1.0 and 0.0.1, delimited protobuf
/// (`model/textparse` of Prometheus 3.14).
///
/// [io.pharos.model.exposition.ExpositionParser] is the door. Knows labels, samples and histograms; knows
/// nothing of targets, HTTP or what becomes of a sample.
@NullMarked
package io.pharos.model.exposition;

import org.jspecify.annotations.NullMarked;
