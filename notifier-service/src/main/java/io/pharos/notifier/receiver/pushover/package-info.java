/// Pushover: its message API.
@NullMarked
package io.pharos.notifier.receiver.pushover;

import org.jspecify.annotations.NullMarked;
