/// HTTP clients of an `http_config`: TLS, authentication, proxies, redirects, as Prometheus' own client has them.
///
/// [io.pharos.runtime.http.HttpClients] is the door: one per process, it opens an
/// [io.pharos.runtime.http.HttpSender] for a configuration. A sender blocks (call it on a virtual thread) or gives
/// a `Mono`; all share the event loops of Reactor Netty. Secrets and certificates from files are read again when
/// the files change.
@NullMarked
package io.pharos.runtime.http;

import org.jspecify.annotations.NullMarked;
