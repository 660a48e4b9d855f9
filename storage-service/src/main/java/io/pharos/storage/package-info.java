/// The time-series store: one door, [io.pharos.storage.TimeSeriesStore], behind the ports `SampleSink` and
/// `SeriesSource`. Knows nothing of PromQL.
@NullMarked
package io.pharos.storage;

import org.jspecify.annotations.NullMarked;
