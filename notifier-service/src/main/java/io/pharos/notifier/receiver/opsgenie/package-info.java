/// Opsgenie: alerts made, updated and closed.
@NullMarked
package io.pharos.notifier.receiver.opsgenie;

import org.jspecify.annotations.NullMarked;
