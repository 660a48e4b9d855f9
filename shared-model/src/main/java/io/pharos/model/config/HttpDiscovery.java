package io.pharos.model.config;

import java.time.Duration;

/// `http_sd_configs`: groups of targets as JSON from a URL.
public record HttpDiscovery(
        @Key(inline = true) HttpConfig http, @Key(or = "1m") Duration refreshInterval, String url)
        implements DiscoveryConfig {
    public HttpDiscovery {
        if (url.isEmpty()) {
            throw new IllegalArgumentException("URL is missing");
        }
        Url parsed;
        try {
            parsed = Url.parse(url);
        } catch (IllegalArgumentException e) {
            throw new BadField("url", String.valueOf(e.getMessage()));
        }
        if (!parsed.scheme().equals("http") && !parsed.scheme().equals("https")) {
            throw new BadField("url", "URL scheme must be 'http' or 'https'");
        }
        if (parsed.host().isEmpty()) {
            throw new BadField("url", "host is missing in URL");
        }
    }

    @Override
    public String mechanism() {
        return "http";
    }
}
