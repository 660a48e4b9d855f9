/// Memory outside the heap, in size classes. Knows nothing of what is kept there.
@NullMarked
package io.pharos.storage.memory;

import org.jspecify.annotations.NullMarked;
