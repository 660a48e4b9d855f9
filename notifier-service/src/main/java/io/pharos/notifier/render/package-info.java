/// Turns a notification and the strings of a receiver into texts: [io.pharos.notifier.render.Letter] is the door.
/// Pure: no I/O, no clock.
@NullMarked
package io.pharos.notifier.render;

import org.jspecify.annotations.NullMarked;
