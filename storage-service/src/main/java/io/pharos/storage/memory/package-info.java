/// Memory outside the heap, in size classes, and files of sections that images of it are kept in. Knows nothing of what
/// is kept there.
@NullMarked
package io.pharos.storage.memory;

import org.jspecify.annotations.NullMarked;
