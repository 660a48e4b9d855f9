/// Alertmanager: routes, groups, mutes and deduplicates alerts, and has a `Notifier` tell people.
/// [AlertmanagerConfiguration] is the door for Spring, [Alertmanager] the service itself. It knows nothing of
/// Slack, SMTP and the like.
///
/// ```
/// AlertSink, POST /api/v2/alerts ─► group (alert table ─► groups ─► flush) ─► mute ─► log ─► Notifier
///                                      └──────────── store (RocksDB) ◄────────────┘ └─ cluster ─► replicas
/// ```
@NullMarked
package io.pharos.alertmanager;

import org.jspecify.annotations.NullMarked;
