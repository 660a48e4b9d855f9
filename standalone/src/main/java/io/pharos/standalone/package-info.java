/// Composes the services: all in one process by default, or one program alone. [Pharos] is the door.
@NullMarked
package io.pharos.standalone;

import org.jspecify.annotations.NullMarked;
