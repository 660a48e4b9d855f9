/// Telegram: messages of a bot.
@NullMarked
package io.pharos.notifier.receiver.telegram;

import org.jspecify.annotations.NullMarked;
