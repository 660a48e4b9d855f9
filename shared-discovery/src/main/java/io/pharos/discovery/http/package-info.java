/// `http_sd_configs`: targets as JSON from a URL. The door is [io.pharos.discovery.http.HttpSource].
///
/// Rules of the behaviour: Prometheus 3.14, `discovery/http`.
@NullMarked
package io.pharos.discovery.http;

import org.jspecify.annotations.NullMarked;
