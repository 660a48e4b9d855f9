/// Sealed samples: partitions, each a span of time, self-contained, never edited. Knows samples and labels,
/// nothing of the head or the log.
///
/// A partition is a folder with a RocksDB of one table, opened read-only:
///
/// ```
/// 'c' u32 first series            block of consecutive series, see SampleBlock
/// 'd' u32 row                     metadata of families, see MetadataRows; may be absent
/// 'e' u32 row                     exemplars, see ExemplarRows; may be absent
/// 'm'                             header: version, times, counts, first series of each block
/// 'p' name 00 01 value            u32 pair number, postings (Roaring, run-optimised)
/// 's' u32 block of 256 series     per series: pairs (uvarint count, numbers), first and last time
/// ```
///
/// Series are numbered in label order, pairs in the order of their keys, which is the order of labels: zero bytes in a
/// name are written 00 FF. Integers are big-endian, times relative to the partition's. RocksDB checks its blocks'
/// checksums when it reads them. The list of partitions in force is the file `partitions.manifest`, replaced as a
/// whole.
@NullMarked
package io.pharos.storage.partition;

import org.jspecify.annotations.NullMarked;
