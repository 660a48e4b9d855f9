package io.pharos.runtime.remote;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.runtime.flags.Flags;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.core.env.Environment;

/// Where the other services of the installation are: `--pharos.peer=storage=http://host:9090` (repeatable), Spring
/// Cloud's static instances (`spring.cloud.discovery.client.simple.instances.storage[0].uri`, as property or
/// environment variable), and the discovery client of a cluster where there is one. Thread-safe.
public final class Peers {
    private static final String SIMPLE = "spring.cloud.discovery.client.simple.instances";

    private final Map<String, List<String>> fixed;
    private final @Nullable DiscoveryClient discovery;

    private Peers(Map<String, List<String>> fixed, @Nullable DiscoveryClient discovery) {
        this.fixed = fixed;
        this.discovery = discovery;
    }

    /// Fails with [IllegalArgumentException] on a flag that names no service and URL.
    static Peers of(Flags flags, Environment environment, @Nullable DiscoveryClient discovery) {
        var fixed = new java.util.HashMap<String, List<String>>();
        for (String peer : flags.list("pharos.peer")) {
            int equals = peer.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("--pharos.peer=" + peer + " is not of the form SERVICE=URL");
            }
            add(fixed, peer.substring(0, equals), peer.substring(equals + 1));
        }
        Binder.get(environment)
                .bind(SIMPLE, Bindable.mapOf(String.class, Instances.class))
                .ifBound(all -> all.forEach(
                        (service, instances) -> instances.forEach(instance -> add(fixed, service, instance.uri()))));
        return new Peers(Map.copyOf(fixed), discovery);
    }

    /// Instances of one service as Spring Cloud writes them.
    static final class Instances extends ArrayList<Instance> {
        private static final long serialVersionUID = 1;
    }

    /// One static instance.
    record Instance(String uri) implements java.io.Serializable {}

    /// Fixed addresses alone.
    static Peers fixed(Map<String, List<String>> services) {
        return new Peers(Map.copyOf(services), null);
    }

    private static void add(Map<String, List<String>> fixed, String service, String url) {
        String trimmed = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        if (URI.create(trimmed).getHost() == null) {
            throw new IllegalArgumentException("peer " + service + " has no host in its URL \"" + url + "\"");
        }
        fixed.computeIfAbsent(service, _ -> new ArrayList<>()).add(trimmed);
    }

    /// Base URLs of a service's nodes, without a slash at the end; fails with `UNAVAILABLE` where none is known.
    public List<String> of(String service) {
        var all = new LinkedHashSet<>(fixed.getOrDefault(service, List.of()));
        if (discovery != null) {
            discovery.getInstances(service).forEach(instance -> all.add(trimmed(instance.getUri())));
        }
        if (all.isEmpty()) {
            throw new ApiException(
                    ApiError.UNAVAILABLE,
                    "no " + service + " service is known; name one with --pharos.peer=" + service
                            + "=http://host:port");
        }
        return List.copyOf(all);
    }

    private static String trimmed(URI uri) {
        String text = uri.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
