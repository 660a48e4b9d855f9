/// Groups of alerts on their way to receivers: the alert table, the group state machine, deduplication, and the
/// driver that runs them.
@NullMarked
package io.pharos.alertmanager.group;

import org.jspecify.annotations.NullMarked;
