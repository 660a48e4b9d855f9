/// Alerts on their way to alertmanagers. The door is [io.pharos.rule.send.AlertQueue]: it finds alertmanagers by
/// discovery, relabels alerts and hands them to one bounded queue an alertmanager, each emptied by a thread of
/// its own. Knows nothing of rules.
///
/// Rules of the behaviour: Prometheus 3.14, `notifier/`.
@NullMarked
package io.pharos.rule.send;

import org.jspecify.annotations.NullMarked;
