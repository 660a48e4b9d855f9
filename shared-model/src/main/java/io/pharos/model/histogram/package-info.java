/// Native histograms: the records that are stored and travel ([io.pharos.model.histogram.Histogram],
/// [io.pharos.model.histogram.FloatHistogram]), and what PromQL computes with them: arithmetic, sums, resets, trimming,
/// quantiles. Knows nothing of series, queries or chunks.
@NullMarked
package io.pharos.model.histogram;

import org.jspecify.annotations.NullMarked;
