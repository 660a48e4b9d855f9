package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.pharos.model.labels.Labels;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The pods behind the endpoints of one group: gives their labels to the endpoints' targets, and afterwards
/// targets for container ports that no endpoint names.
final class BackingPods {
    private record Seen(Pod pod, Set<Integer> ports) {}

    private final Surroundings around;
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    BackingPods(Surroundings around) {
        this.around = around;
    }

    /// Adds labels of the pod that `reference` points to, if it does.
    void addTo(
            ObjectLabels target,
            @Nullable ObjectReference reference,
            @Nullable Integer port,
            @Nullable String namespace) {
        if (reference == null || !"Pod".equals(reference.getKind())) {
            return;
        }
        String where = reference.getNamespace() == null ? namespace : reference.getNamespace();
        Pod pod = where == null ? null : around.pod(where, reference.getName());
        if (pod == null) {
            return;
        }
        Seen one = seen.computeIfAbsent(where + "/" + reference.getName(), _ -> new Seen(pod, new HashSet<>()));
        target.addAll(PodTargets.labels(pod, around));
        if (port == null) {
            return;
        }
        for (PodTargets.PodContainer container : PodTargets.containers(pod)) {
            for (ContainerPort containerPort : container.container().getPorts()) {
                if (port.equals(containerPort.getContainerPort())) {
                    PodTargets.behindEndpoint(target, container, containerPort);
                    break;
                }
            }
        }
        one.ports().add(port);
    }

    /// Adds a target for every container port that was not named.
    void addOtherPorts(List<Labels> targets) {
        for (Seen one : seen.values()) {
            String ip = PodTargets.ip(one.pod());
            if (ip.isEmpty()) {
                continue;
            }
            for (PodTargets.PodContainer container : PodTargets.containers(one.pod())) {
                for (ContainerPort port : container.container().getPorts()) {
                    if (!one.ports().contains(port.getContainerPort())) {
                        var target = ObjectLabels.address(ObjectLabels.join(ip, port.getContainerPort()));
                        PodTargets.behindEndpoint(target, container, port).addAll(PodTargets.labels(one.pod(), around));
                        targets.add(target.build());
                    }
                }
            }
        }
    }
}
