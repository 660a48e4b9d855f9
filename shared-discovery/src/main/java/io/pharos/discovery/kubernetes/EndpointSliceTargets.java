package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.Map;

/// Role `endpointslice`: every address × port of a slice.
final class EndpointSliceTargets {
    /// Label of a slice that names its service.
    static final String SERVICE_NAME = "kubernetes.io/service-name";

    private EndpointSliceTargets() {}

    static TargetGroup of(String source, EndpointSlice slice, Surroundings around) {
        String namespace = slice.getMetadata().getNamespace();
        var shared = new ObjectLabels()
                .namespace(namespace)
                .set("endpointslice_name", slice.getMetadata().getName())
                .set("endpointslice_address_type", slice.getAddressType())
                .object("endpointslice", slice.getMetadata());
        around.addNamespace(shared, namespace);
        Map<String, String> labels = slice.getMetadata().getLabels();
        String serviceName = labels == null ? null : labels.get(SERVICE_NAME);
        Service service = serviceName == null ? null : around.service(namespace, serviceName);
        if (service != null) {
            shared.addAll(ServiceTargets.labels(service));
        }
        var targets = new ArrayList<Labels>();
        var pods = new BackingPods(around);
        for (Endpoint endpoint : slice.getEndpoints()) {
            for (EndpointPort port : slice.getPorts()) {
                for (String address : endpoint.getAddresses()) {
                    ObjectLabels target = target(address, endpoint, port);
                    if (endpoint.getTargetRef() != null
                            && "Node".equals(endpoint.getTargetRef().getKind())) {
                        around.addNode(target, endpoint.getTargetRef().getName());
                    } else {
                        around.addNode(target, endpoint.getNodeName());
                    }
                    pods.addTo(target, endpoint.getTargetRef(), port.getPort(), namespace);
                    targets.add(target.build());
                }
            }
        }
        pods.addOtherPorts(targets);
        return new TargetGroup(source, targets, shared.build());
    }

    private static ObjectLabels target(String address, Endpoint endpoint, EndpointPort port) {
        var target = ObjectLabels.address(port.getPort() == null ? address : ObjectLabels.join(address, port.getPort()))
                .set("endpointslice_port", port.getPort())
                .set("endpointslice_port_name", port.getName())
                .set("endpointslice_port_protocol", port.getProtocol())
                .set("endpointslice_port_app_protocol", port.getAppProtocol())
                .set("endpointslice_endpoint_hostname", endpoint.getHostname())
                .set("endpointslice_endpoint_node_name", endpoint.getNodeName())
                .set("endpointslice_endpoint_zone", endpoint.getZone());
        if (endpoint.getConditions() != null) {
            target.set(
                            "endpointslice_endpoint_conditions_ready",
                            endpoint.getConditions().getReady())
                    .set(
                            "endpointslice_endpoint_conditions_serving",
                            endpoint.getConditions().getServing())
                    .set(
                            "endpointslice_endpoint_conditions_terminating",
                            endpoint.getConditions().getTerminating());
        }
        if (endpoint.getTargetRef() != null) {
            target.set(
                            "endpointslice_address_target_kind",
                            endpoint.getTargetRef().getKind())
                    .set(
                            "endpointslice_address_target_name",
                            endpoint.getTargetRef().getName());
        }
        if (endpoint.getDeprecatedTopology() != null) {
            endpoint.getDeprecatedTopology().forEach((name, value) -> {
                String clean = ObjectLabels.sanitize(name);
                target.set("endpointslice_endpoint_topology_" + clean, value)
                        .set("endpointslice_endpoint_topology_present_" + clean, "true");
            });
        }
        return target;
    }
}
