/// Delivers notifications: the port `Notifier` of `model.port`.
///
/// [io.pharos.notifier.Courier] is the door: it finds the integration that a notification is for, tries, waits and
/// tries again until the deadline. It knows nothing of routes, groups or silences; those are the alertmanager's.
@NullMarked
package io.pharos.notifier;

import org.jspecify.annotations.NullMarked;
