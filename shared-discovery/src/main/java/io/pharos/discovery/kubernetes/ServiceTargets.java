package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Role `service`: every port of every service, by its name in the cluster's DNS.
final class ServiceTargets {
    private ServiceTargets() {}

    static TargetGroup of(String source, Service service, Surroundings around) {
        ObjectLabels shared = labels(service);
        String namespace = service.getMetadata().getNamespace();
        around.addNamespace(shared, namespace);
        var targets = new ArrayList<Labels>();
        ServiceSpec spec = service.getSpec();
        if (spec != null) {
            String host = service.getMetadata().getName() + "." + namespace + ".svc";
            for (ServicePort port : spec.getPorts()) {
                var target = ObjectLabels.address(ObjectLabels.join(host, port.getPort()))
                        .set("service_port_name", port.getName())
                        .set("service_port_number", port.getPort())
                        .set("service_port_protocol", port.getProtocol())
                        .set("service_type", spec.getType());
                if ("ExternalName".equals(spec.getType())) {
                    target.set("service_external_name", spec.getExternalName());
                } else {
                    target.set("service_cluster_ip", spec.getClusterIP());
                }
                if ("LoadBalancer".equals(spec.getType())) {
                    target.set("service_loadbalancer_ip", loadBalancerIps(service, spec));
                }
                targets.add(target.build());
            }
        }
        return new TargetGroup(source, targets, shared.build());
    }

    /// The addresses that the load balancer was given, else the one asked for.
    private static @Nullable String loadBalancerIps(Service service, ServiceSpec spec) {
        if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return spec.getLoadBalancerIP();
        }
        var addresses = new ArrayList<String>();
        service.getStatus().getLoadBalancer().getIngress().forEach(ingress -> {
            if (ingress.getIp() != null && !ingress.getIp().isEmpty()) {
                addresses.add(ingress.getIp());
            }
        });
        return addresses.isEmpty() ? spec.getLoadBalancerIP() : String.join(",", addresses);
    }

    /// What endpoints of a service carry of it.
    static ObjectLabels labels(Service service) {
        return new ObjectLabels()
                .namespace(service.getMetadata().getNamespace())
                .set("service_name", service.getMetadata().getName())
                .object("service", service.getMetadata());
    }
}
