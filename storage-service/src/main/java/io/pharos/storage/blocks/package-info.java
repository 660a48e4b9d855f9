/// Reads blocks of Prometheus' TSDB, so that what a Prometheus has stored can be taken over: index version 2, chunk
/// segments with floats and native histograms, tombstones. Everything is checked against its checksum before it is
/// used.
@NullMarked
package io.pharos.storage.blocks;

import org.jspecify.annotations.NullMarked;
