/// Which series carry which labels: interned label pairs, postings, look-ups by matchers. Knows labels, not samples.
@NullMarked
package io.pharos.storage.index;

import org.jspecify.annotations.NullMarked;
