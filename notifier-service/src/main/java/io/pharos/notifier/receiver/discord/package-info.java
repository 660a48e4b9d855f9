/// Discord: webhooks.
@NullMarked
package io.pharos.notifier.receiver.discord;

import org.jspecify.annotations.NullMarked;
