package io.pharos.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `consul_sd_configs`. `username` and `password` are an older way to say `basic_auth`.
public record ConsulDiscovery(
        @Key(or = "localhost:8500") String server,
        String pathPrefix,
        Secret token,
        String datacenter,
        String namespace,
        String partition,
        @Key(or = ",") String tagSeparator,
        @Key(or = "http") String scheme,
        String username,
        Secret password,
        @Key(or = "true", always = true) boolean allowStale,
        @Key(or = "30s") Duration refreshInterval,
        List<String> services,
        List<String> tags,
        Map<String, String> nodeMeta,
        String filter,
        String healthFilter,
        @Key(inline = true) HttpConfig http)
        implements DiscoveryConfig {
    public ConsulDiscovery {
        if (server.strip().isEmpty()) {
            throw new IllegalArgumentException("consul SD configuration requires a server address");
        }
        boolean named = !username.isEmpty() || password.isSet();
        if (named && http.basicAuth().isPresent()) {
            throw new IllegalArgumentException(
                    "at most one of consul SD configuration username and password and basic auth can be configured");
        }
        if (token.isSet() && (http.authorization().isPresent() || http.oauth2().isPresent())) {
            throw new IllegalArgumentException(
                    "at most one of consul SD token, authorization, or oauth2 can be configured");
        }
    }

    @Override
    public String mechanism() {
        return "consul";
    }
}
