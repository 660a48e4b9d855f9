package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.pharos.discovery.TargetGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Role `node`: the kubelet of every node.
final class NodeTargets {
    private static final List<String> ADDRESS_ORDER =
            List.of("InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname");

    private NodeTargets() {}

    static TargetGroup of(String source, Node node) {
        String name = node.getMetadata().getName();
        NodeStatus status = node.getStatus();
        var shared = new ObjectLabels()
                .set("node_name", name)
                .set(
                        "node_provider_id",
                        node.getSpec() == null ? null : node.getSpec().getProviderID())
                .object("node", node.getMetadata());
        var addresses = new LinkedHashMap<String, String>();
        if (status != null) {
            status.getConditions()
                    .forEach(condition -> shared.set(
                            "node_condition_"
                                    + ObjectLabels.sanitize(condition.getType().toLowerCase(Locale.ROOT)),
                            condition.getStatus().toLowerCase(Locale.ROOT)));
            for (NodeAddress address : status.getAddresses()) {
                addresses.putIfAbsent(address.getType(), address.getAddress());
            }
        }
        String address = first(addresses);
        if (address == null) {
            return TargetGroup.gone(source);
        }
        var target = ObjectLabels.address(ObjectLabels.join(address, kubeletPort(status)))
                .setPlain("instance", name);
        addresses.forEach((type, value) -> target.set("node_address_" + ObjectLabels.sanitize(type), value));
        return new TargetGroup(source, List.of(target.build()), shared.build());
    }

    private static @Nullable String first(Map<String, String> addresses) {
        for (String type : ADDRESS_ORDER) {
            String address = addresses.get(type);
            if (address != null) {
                return address;
            }
        }
        return null;
    }

    private static @Nullable Integer kubeletPort(@Nullable NodeStatus status) {
        return status == null
                        || status.getDaemonEndpoints() == null
                        || status.getDaemonEndpoints().getKubeletEndpoint() == null
                ? null
                : status.getDaemonEndpoints().getKubeletEndpoint().getPort();
    }
}
