/// What every program of Pharos runs on; [io.pharos.runtime.RuntimeConfiguration] is the door.
@NullMarked
package io.pharos.runtime;

import org.jspecify.annotations.NullMarked;
