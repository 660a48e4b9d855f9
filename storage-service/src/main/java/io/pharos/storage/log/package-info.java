/// The durable log: records in order, in segment files. Knows records as bytes, not what they mean.
///
/// ```
/// log/00000007                     a segment; numbers ascend
/// u32 length | u32 CRC-32C of payload | payload                        big-endian, records one after the other
/// u32 FFFFFFFF | u32 50484C47                  a mark: the segments before this one were forced to disk when it was
/// written
/// ```
///
/// A record is acknowledged once it is written: it survives the death of the process. It survives the loss of
/// power once the segment was forced to disk, which happens every `--pharos.storage.fsync-interval`, older
/// segments first. No record is empty. A torn record at the end of the last segment is what a crash leaves, and
/// is cut off; so is one before a segment without a mark, and that segment is set aside as `NNNNNNNN.lost`: of
/// what was written since the log was last forced, only the end is lost. A bad record anywhere else is a
/// corruption: the segment is set aside under the name `NNNNNNNN.corrupt`, and replay goes on with the next.
@NullMarked
package io.pharos.storage.log;

import org.jspecify.annotations.NullMarked;
