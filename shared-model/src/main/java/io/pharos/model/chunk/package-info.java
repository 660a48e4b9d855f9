/// Runs of samples of one series, compressed: the encodings of Prometheus (for the wire, and open in a head) and the
/// dense coding of sealed data. Pure; knows samples and histograms only.
@NullMarked
package io.pharos.model.chunk;

import org.jspecify.annotations.NullMarked;
