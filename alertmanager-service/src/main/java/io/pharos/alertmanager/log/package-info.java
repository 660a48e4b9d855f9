/// The notification log: what was told to whom, so that it is not told again.
@NullMarked
package io.pharos.alertmanager.log;

import org.jspecify.annotations.NullMarked;
