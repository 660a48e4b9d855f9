/// HTTP as integrations speak it: a call is a value, and so is its reply; [io.pharos.notifier.http.Transport] makes one
/// of the other. [io.pharos.notifier.http.StatusRule] tells what a status means.
@NullMarked
package io.pharos.notifier.http;

import org.jspecify.annotations.NullMarked;
