/// The time-series store: one door, [io.pharos.storage.TimeSeriesStore], behind the ports `SampleSink` and
/// `SeriesSource`. Knows nothing of PromQL.
///
/// A data folder (format 2; a golden folder of it is among the tests' resources):
///
/// ```
/// lock                         held while a store is open; left behind by a process that was killed
/// log/00000007                 see storage.log: batches as they were accepted
/// head.checkpoint              see storage.head: the head as of positions of the log; replay goes on from there
/// partitions.manifest          u32 CRC-32C of the rest | u8 version | partitions in force by name | what is deleted of
/// them
/// partitions/19675-3           see storage.partition: the third partition written, of day 19675 since the epoch
/// snapshots/…                  data folders, made of hard links
/// *.new, *.corrupt, *.lost     being written; damaged and set aside; written after what a loss of power took
/// ```
///
/// What a crash leaves, step by step: a batch is in the log, whole or torn and then cut off, before it is in the head.
/// A partition is complete, and its folder durable, before the manifest names it; a folder that no manifest names is
/// removed. What is sealed stays in the log until a later checkpoint is durable under its name: replay finds such
/// samples twice, and readers merge them. Segments go once that checkpoint is there.
@NullMarked
package io.pharos.storage;

import org.jspecify.annotations.NullMarked;
