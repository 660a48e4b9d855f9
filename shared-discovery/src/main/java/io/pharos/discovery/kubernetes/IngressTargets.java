package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressSpec;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Role `ingress`: every path of every rule, by the rule's host.
final class IngressTargets {
    private IngressTargets() {}

    static TargetGroup of(String source, Ingress ingress, Surroundings around) {
        String namespace = ingress.getMetadata().getNamespace();
        IngressSpec spec = ingress.getSpec();
        var shared = new ObjectLabels()
                .namespace(namespace)
                .set("ingress_name", ingress.getMetadata().getName())
                .set("ingress_class_name", spec == null ? null : spec.getIngressClassName())
                .object("ingress", ingress.getMetadata());
        around.addNamespace(shared, namespace);
        var targets = new ArrayList<Labels>();
        if (spec != null) {
            for (IngressRule rule : spec.getRules()) {
                String host = rule.getHost() == null ? "" : rule.getHost();
                for (String path : paths(rule)) {
                    targets.add(ObjectLabels.address(host)
                            .set("ingress_scheme", isSecure(spec.getTls(), host) ? "https" : "http")
                            .set("ingress_host", host)
                            .set("ingress_path", path)
                            .build());
                }
            }
        }
        return new TargetGroup(source, targets, shared.build());
    }

    private static List<String> paths(IngressRule rule) {
        if (rule.getHttp() == null || rule.getHttp().getPaths().isEmpty()) {
            return List.of("/");
        }
        return rule.getHttp().getPaths().stream()
                .map(path -> orRoot(path.getPath()))
                .toList();
    }

    private static String orRoot(@Nullable String path) {
        return path == null || path.isEmpty() ? "/" : path;
    }

    private static boolean isSecure(List<IngressTLS> all, String host) {
        for (IngressTLS tls : all) {
            for (String pattern : tls.getHosts()) {
                if (matches(pattern, host)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// `*.example.com` stands for one label in front.
    private static boolean matches(String pattern, String host) {
        if (pattern.equals(host)) {
            return true;
        }
        int dot = host.indexOf('.');
        return pattern.startsWith("*.") && dot > 0 && pattern.substring(1).equals(host.substring(dot));
    }
}
