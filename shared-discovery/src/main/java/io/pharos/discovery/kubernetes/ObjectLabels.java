package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.pharos.model.labels.Labels;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Collects `__meta_kubernetes_*` labels. Absent values set nothing.
final class ObjectLabels {
    private static final String PREFIX = "__meta_kubernetes_";

    private final Map<String, String> labels = new TreeMap<>();

    static ObjectLabels address(String address) {
        var labels = new ObjectLabels();
        labels.labels.put("__address__", address);
        return labels;
    }

    /// Sets a label by its name below the prefix.
    ObjectLabels set(String name, @Nullable Object value) {
        if (value != null) {
            labels.put(PREFIX + name, value.toString());
        }
        return this;
    }

    /// Sets a label by its whole name.
    ObjectLabels setPlain(String name, String value) {
        labels.put(name, value);
        return this;
    }

    ObjectLabels namespace(@Nullable String namespace) {
        return set("namespace", namespace);
    }

    /// Labels and annotations of an object, and that they are present.
    ObjectLabels object(String kind, ObjectMeta meta) {
        present(kind + "_label", meta.getLabels());
        present(kind + "_annotation", meta.getAnnotations());
        return this;
    }

    private void present(String prefix, @Nullable Map<String, String> values) {
        if (values != null) {
            values.forEach((name, value) -> {
                set(prefix + "_" + sanitize(name), value);
                set(prefix + "present_" + sanitize(name), "true");
            });
        }
    }

    ObjectLabels addAll(ObjectLabels others) {
        labels.putAll(others.labels);
        return this;
    }

    Labels build() {
        return Labels.of(labels);
    }

    static String sanitize(String name) {
        return name.replaceAll("[^a-zA-Z0-9_]", "_");
    }

    /// `net.JoinHostPort`: an IPv6 address goes in brackets.
    static String join(String host, @Nullable Integer port) {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return shown + ":" + (port == null ? 0 : port);
    }
}
