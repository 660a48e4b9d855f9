/// The newest samples of every live series, in memory. May be called by the store alone; knows the log as a place for
/// records, nothing of partitions or HTTP.
///
/// Per series one record of 64 bytes outside the heap (last sample, open chunk, newest full chunk), an open XOR chunk
/// that grows in a slot, and a list of full chunks, densely coded, until they are sealed into a partition.
@NullMarked
package io.pharos.storage.head;

import org.jspecify.annotations.NullMarked;
