/// Webex: messages of a bot.
@NullMarked
package io.pharos.notifier.receiver.webex;

import org.jspecify.annotations.NullMarked;
