/// `dns_sd_configs`: targets from A, AAAA, SRV, MX and NS records. The door is
/// [io.pharos.discovery.dns.DnsSource].
///
/// Rules of the behaviour: Prometheus 3.14, `discovery/dns`.
@NullMarked
package io.pharos.discovery.dns;

import org.jspecify.annotations.NullMarked;
