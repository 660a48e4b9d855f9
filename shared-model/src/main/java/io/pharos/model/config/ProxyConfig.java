package io.pharos.model.config;

import java.util.List;
import java.util.Map;

/// The proxy of an HTTP client. `no_proxy` is a comma-separated list of hosts, domains and networks.
public record ProxyConfig(
        Url proxyUrl, String noProxy, boolean proxyFromEnvironment, Map<String, List<Secret>> proxyConnectHeader) {
    public static final ProxyConfig NONE = new ProxyConfig(Url.NONE, "", false, Map.of());

    public ProxyConfig {
        if (proxyFromEnvironment && proxyUrl.isSet()) {
            throw new IllegalArgumentException(
                    "if proxy_from_environment is configured, proxy_url must not be configured");
        }
        if (proxyFromEnvironment && !noProxy.isEmpty()) {
            throw new IllegalArgumentException(
                    "if proxy_from_environment is configured, no_proxy must not be configured");
        }
        if (!proxyUrl.isSet() && !noProxy.isEmpty()) {
            throw new IllegalArgumentException("if no_proxy is configured, proxy_url must also be configured");
        }
        if (!proxyConnectHeader.isEmpty() && !proxyFromEnvironment && !proxyUrl.isSet()) {
            throw new IllegalArgumentException(
                    "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured");
        }
    }
}
