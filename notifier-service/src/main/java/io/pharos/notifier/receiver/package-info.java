/// What every integration is: a [io.pharos.notifier.receiver.Sender], which makes one attempt at a time. Each lives in
/// a package of its own below.
@NullMarked
package io.pharos.notifier.receiver;

import org.jspecify.annotations.NullMarked;
