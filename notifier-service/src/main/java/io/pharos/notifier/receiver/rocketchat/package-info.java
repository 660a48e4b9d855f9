/// Rocket.Chat: `chat.postMessage`.
@NullMarked
package io.pharos.notifier.receiver.rocketchat;

import org.jspecify.annotations.NullMarked;
