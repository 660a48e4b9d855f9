/// Command-line flags: one table of all of them ([io.pharos.runtime.flags.FlagTable]) and the values of one start
/// ([io.pharos.runtime.flags.Flags], the door). Flags carry Prometheus' and Alertmanager's names; ours begin with
/// `pharos.`. Parsed before Spring starts. Knows nothing of what a flag is for.
@NullMarked
package io.pharos.runtime.flags;

import org.jspecify.annotations.NullMarked;
