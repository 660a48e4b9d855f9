/// The HTTP server that every program of Pharos runs: the routers of all services in the context, behind one
/// handler, on the listen addresses. [WebServer] is the door; [ServerConfiguration] wires it.
@NullMarked
package io.pharos.runtime.server;

import org.jspecify.annotations.NullMarked;
