/// The five ports' contracts on both kinds of adapter: in one process, and over real sockets between programs.
@NullMarked
package io.pharos.standalone.ports;

import org.jspecify.annotations.NullMarked;
