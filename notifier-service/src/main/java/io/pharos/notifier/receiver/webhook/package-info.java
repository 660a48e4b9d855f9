/// Webhooks: the notification as JSON, or a payload of the user's own.
@NullMarked
package io.pharos.notifier.receiver.webhook;

import org.jspecify.annotations.NullMarked;
