/// Mail by SMTP.
@NullMarked
package io.pharos.notifier.receiver.email;

import org.jspecify.annotations.NullMarked;
