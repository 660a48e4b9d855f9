/// Mattermost: incoming webhooks.
@NullMarked
package io.pharos.notifier.receiver.mattermost;

import org.jspecify.annotations.NullMarked;
