/// The HTTP paths of the store: administration, status, remote read. Knows the store's door.
@NullMarked
package io.pharos.storage.api;

import org.jspecify.annotations.NullMarked;
