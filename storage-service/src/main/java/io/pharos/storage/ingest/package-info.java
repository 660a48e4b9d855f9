/// Takes samples from outside: remote write. Knows the store's port and the wire codecs.
@NullMarked
package io.pharos.storage.ingest;

import org.jspecify.annotations.NullMarked;
