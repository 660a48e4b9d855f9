/// What goes over the wire between Prometheus-compatible programs: codecs of remote write and read, and the JSON of the
/// HTTP API ([io.pharos.model.wire.JsonWriter], [io.pharos.model.wire.ApiJson]).
@NullMarked
package io.pharos.model.wire;

import org.jspecify.annotations.NullMarked;
