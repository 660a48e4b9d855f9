/// What outlives the process, in one RocksDB below `--storage.path`. [StateStore] is the door.
///
/// ```
/// column family   key                                   value
/// alerts          fingerprint (8 B)                     alert (AlertCodec)
/// silences        id (UTF-8)                            silence (SilenceCodec)
/// nflog           group key, receiver, integration,     entry (EntryCodec)
///                 index as text
/// events          fingerprint (8 B) | ms (8 B) | seq    event: what, detail
/// deliveries      ms (8 B) | sequence (8 B)             delivery: to, why, result, error, latency, alerts
/// meta            "format", "stopped"                   version of this layout (1); present after an orderly stop
/// ```
///
/// Numbers are big-endian, so that keys sort by time. Every write is in RocksDB's log before it is acknowledged:
/// it survives the death of the process; that of the machine may take what was written in its last moment, as
/// RocksDB's log is not synced per write.
@NullMarked
package io.pharos.alertmanager.store;

import org.jspecify.annotations.NullMarked;
