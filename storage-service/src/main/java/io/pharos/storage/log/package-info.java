/// The durable log: records in order, in segment files. Knows records as bytes, not what they mean.
///
/// ```
/// log/00000007                     a segment; numbers ascend
/// u32 length | u32 CRC-32C of payload | payload                        big-endian, records one after the other
/// ```
///
/// A record is acknowledged once it is written: it survives the death of the process. It survives the loss of power
/// once the segment was forced to disk, which happens every `--pharos.storage.fsync-interval`. A torn record at the end
/// of the last segment is what a crash leaves, and is cut off; a bad record anywhere else is a corruption: the segment
/// from there on is set aside under the name `NNNNNNNN.corrupt`.
@NullMarked
package io.pharos.storage.log;

import org.jspecify.annotations.NullMarked;
