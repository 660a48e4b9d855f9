/// What amtool does, under its names, flags and outputs. [Amtool] is the door.
@NullMarked
package io.pharos.standalone.cli.amtool;

import org.jspecify.annotations.NullMarked;
