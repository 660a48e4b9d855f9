/// `consul_sd_configs`: targets from Consul's catalog and health checks, by blocking queries. The door is
/// [io.pharos.discovery.consul.ConsulSource].
///
/// Rules of the behaviour: Prometheus 3.14, `discovery/consul`; Consul's HTTP API, `/v1/catalog/services` and
/// `/v1/health/service/NAME`.
@NullMarked
package io.pharos.discovery.consul;

import org.jspecify.annotations.NullMarked;
