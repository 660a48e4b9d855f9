/// incident.io: its alert source webhook.
@NullMarked
package io.pharos.notifier.receiver.incidentio;

import org.jspecify.annotations.NullMarked;
