/// Slack: incoming webhooks and app tokens, messages that are updated in place.
@NullMarked
package io.pharos.notifier.receiver.slack;

import org.jspecify.annotations.NullMarked;
