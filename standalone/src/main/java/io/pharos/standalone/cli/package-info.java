/// Command line tools: what promtool and amtool offer, under their names, flags and outputs. [CommandLineTools]
/// is the door.
@NullMarked
package io.pharos.standalone.cli;

import org.jspecify.annotations.NullMarked;
