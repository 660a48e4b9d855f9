package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `dns_sd_configs`: `type` is `SRV`, `A`, `AAAA`, `MX` or `NS`; all but SRV need a port.
public record DnsDiscovery(
        List<String> names,
        @Key(or = "30s") Duration refreshInterval,
        @Key(or = "SRV") String type,
        @Key(always = true) int port)
        implements DiscoveryConfig {
    public DnsDiscovery {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("DNS-SD config must contain at least one SRV record name");
        }
        type = type.toUpperCase(Locale.ROOT);
        if (!Set.of("SRV", "A", "AAAA", "MX", "NS").contains(type)) {
            throw new BadField("type", "invalid DNS-SD records type " + type);
        }
        if (!type.equals("SRV") && port == 0) {
            throw new IllegalArgumentException("a port is required in DNS-SD configs for all record types except SRV");
        }
        for (String name : names) {
            if (name.isEmpty()) {
                throw new BadField("names", "empty name " + GoText.quote(name) + " in DNS-SD config");
            }
        }
    }

    @Override
    public String mechanism() {
        return "dns";
    }
}
