/// How services speak HTTP in Prometheus' manner: parameters, answers, errors, compression, cross-origin headers, and
/// blocking handlers on virtual threads.
///
/// [io.pharos.runtime.web.WebApi] is the door. A service gets it as a bean (import
/// [io.pharos.runtime.web.WebApiConfiguration]) and builds its routes:
///
/// ```java
/// @Bean
/// RouterFunction<ServerResponse> scraperRoutes(WebApi web, Targets targets) {
///     return web.routes()
///             .get("/api/v1/targets", request -> Answer.data(out -> targets.write(request.parameters(), out)))
///             .getAndPost("/api/v1/things", request -> { … blocking code … })
///             .build();
/// }
/// ```
///
/// A handler may block and throws [io.pharos.model.port.ApiException] to fail.
@NullMarked
package io.pharos.runtime.web;

import org.jspecify.annotations.NullMarked;
