package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/// Role `endpoints`: every address × port of a service's endpoints.
final class EndpointsTargets {
    private EndpointsTargets() {}

    static TargetGroup of(String source, Endpoints endpoints, Surroundings around) {
        String namespace = endpoints.getMetadata().getNamespace();
        String name = endpoints.getMetadata().getName();
        var shared = new ObjectLabels()
                .namespace(namespace)
                .set("endpoints_name", name)
                .object("endpoints", endpoints.getMetadata());
        around.addNamespace(shared, namespace);
        Service service = around.service(namespace, name);
        if (service != null) {
            shared.addAll(ServiceTargets.labels(service));
        }
        var targets = new ArrayList<Labels>();
        var pods = new BackingPods(around);
        for (EndpointSubset subset : endpoints.getSubsets()) {
            for (EndpointPort port : subset.getPorts()) {
                add(targets, subset.getAddresses(), port, "true", pods, namespace, around);
                add(targets, subset.getNotReadyAddresses(), port, "false", pods, namespace, around);
            }
        }
        pods.addOtherPorts(targets);
        return new TargetGroup(source, targets, shared.build());
    }

    private static void add(
            List<Labels> targets,
            List<EndpointAddress> addresses,
            EndpointPort port,
            String ready,
            BackingPods pods,
            String namespace,
            Surroundings around) {
        for (EndpointAddress address : addresses) {
            var target = ObjectLabels.address(ObjectLabels.join(address.getIp(), port.getPort()))
                    .set("endpoint_port_name", port.getName())
                    .set("endpoint_port_protocol", port.getProtocol())
                    .set("endpoint_ready", ready)
                    .set("endpoint_node_name", address.getNodeName())
                    .set("endpoint_hostname", address.getHostname());
            if (address.getTargetRef() != null) {
                target.set(
                                "endpoint_address_target_kind",
                                address.getTargetRef().getKind())
                        .set(
                                "endpoint_address_target_name",
                                address.getTargetRef().getName());
            }
            if (address.getNodeName() != null) {
                around.addNode(target, address.getNodeName());
            } else if (address.getTargetRef() != null
                    && "Node".equals(address.getTargetRef().getKind())) {
                around.addNode(target, address.getTargetRef().getName());
            }
            pods.addTo(target, address.getTargetRef(), port.getPort(), namespace);
            targets.add(target.build());
        }
    }
}
