package io.pharos.model.config;

import io.pharos.model.text.GoText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// `kubernetes_sd_configs`. Without `api_server` and `kubeconfig_file`: the cluster this process runs in.
///
/// @param role `pod`, `service`, `endpoints`, `endpointslice`, `node` or `ingress`
public record KubernetesDiscovery(
        Url apiServer,
        String role,
        @Key(form = Key.Form.PATH, always = true) String kubeconfigFile,
        @Key(inline = true) HttpConfig http,
        Namespaces namespaces,
        List<Selector> selectors,
        AttachMetadata attachMetadata)
        implements DiscoveryConfig {
    /// Where to look; everywhere where nothing is set.
    public record Namespaces(@Key(always = true) boolean ownNamespace, List<String> names) {}

    /// What to look for, per role: a label selector, a field selector.
    public record Selector(String role, String label, String field) {}

    /// Metadata of other objects to attach.
    public record AttachMetadata(boolean node, boolean namespace, boolean deployment, boolean job, boolean cronjob) {}

    private static final Map<String, Set<String>> SELECTABLE = Map.of(
            "pod", Set.of("pod"),
            "service", Set.of("service"),
            "endpoints", new TreeSet<>(Set.of("pod", "service", "endpoints")),
            "endpointslice", new TreeSet<>(Set.of("pod", "service", "endpointslice")),
            "node", Set.of("node"),
            "ingress", Set.of("ingress"));

    public KubernetesDiscovery {
        if (role.isEmpty()) {
            throw new IllegalArgumentException(
                    "role missing (one of: pod, service, endpoints, endpointslice, node, ingress)");
        }
        Set<String> allowed = SELECTABLE.get(role);
        if (allowed == null) {
            throw new BadField("role", "unknown Kubernetes SD role " + GoText.quote(role));
        }
        if (!kubeconfigFile.isEmpty() && apiServer.isSet()) {
            throw new IllegalArgumentException("cannot use 'kubeconfig_file' and 'api_server' simultaneously");
        }
        if (!http.isPlain() && !kubeconfigFile.isEmpty()) {
            throw new IllegalArgumentException(
                    "cannot use a custom HTTP client configuration together with 'kubeconfig_file'");
        }
        if (!http.isPlain() && !apiServer.isSet()) {
            throw new IllegalArgumentException(
                    "to use custom HTTP client configuration please provide the 'api_server' URL explicitly");
        }
        if (apiServer.isSet() && namespaces.ownNamespace()) {
            throw new IllegalArgumentException("cannot use 'api_server' and 'namespaces.own_namespace' simultaneously");
        }
        if (!kubeconfigFile.isEmpty() && namespaces.ownNamespace()) {
            throw new IllegalArgumentException(
                    "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously");
        }
        var seen = new HashSet<String>();
        for (Selector selector : selectors) {
            if (!seen.add(selector.role())) {
                throw new BadField("selectors", "duplicated selector role: " + selector.role());
            }
            boolean node = attachMetadata.node() && selector.role().equals("node");
            if (!node && !allowed.contains(selector.role())) {
                throw new BadField(
                        "selectors", role + " role supports only " + String.join(", ", allowed) + " selectors");
            }
        }
    }

    @Override
    public String mechanism() {
        return "kubernetes";
    }
}
