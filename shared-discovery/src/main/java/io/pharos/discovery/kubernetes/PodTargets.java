package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Role `pod`: every port of every container, and containers without ports by the pod's address alone.
final class PodTargets {
    /// A container of a pod, and whether it is one that runs before the others.
    record PodContainer(Container container, boolean init) {}

    private PodTargets() {}

    static TargetGroup of(String source, Pod pod, Surroundings around) {
        String ip = ip(pod);
        if (ip.isEmpty()) {
            return TargetGroup.gone(source);
        }
        ObjectLabels shared = labels(pod, around).namespace(pod.getMetadata().getNamespace());
        around.addNode(shared, pod.getSpec().getNodeName());
        around.addNamespace(shared, pod.getMetadata().getNamespace());
        var targets = new ArrayList<Labels>();
        for (PodContainer one : containers(pod)) {
            List<ContainerPort> ports = one.container().getPorts();
            if (ports.isEmpty()) {
                targets.add(container(ObjectLabels.address(ip), pod, one).build());
            }
            for (ContainerPort port : ports) {
                targets.add(port(
                                container(
                                        ObjectLabels.address(ObjectLabels.join(ip, port.getContainerPort())), pod, one),
                                port)
                        .build());
            }
        }
        return new TargetGroup(source, targets, shared.build());
    }

    /// Labels of the pod itself.
    static ObjectLabels labels(Pod pod, Surroundings around) {
        PodStatus status = pod.getStatus();
        var labels = new ObjectLabels()
                .set("pod_name", pod.getMetadata().getName())
                .set("pod_ip", ip(pod))
                .set("pod_ready", ready(pod))
                .set("pod_phase", status == null ? null : status.getPhase())
                .set(
                        "pod_node_name",
                        pod.getSpec() == null ? null : pod.getSpec().getNodeName())
                .set("pod_host_ip", status == null ? null : status.getHostIP())
                .set("pod_uid", pod.getMetadata().getUid())
                .object("pod", pod.getMetadata());
        OwnerReference controller = controller(pod);
        if (controller != null) {
            labels.set("pod_controller_kind", controller.getKind()).set("pod_controller_name", controller.getName());
            addControllers(labels, controller, pod.getMetadata().getNamespace(), around);
        }
        return labels;
    }

    private static void addControllers(
            ObjectLabels labels, OwnerReference controller, String namespace, Surroundings around) {
        switch (controller.getKind()) {
            case "ReplicaSet" -> {
                ReplicaSet set = around.replicaSet(namespace, controller.getName());
                OwnerReference owner = set == null ? null : controller(set);
                if (owner != null && owner.getKind().equals("Deployment")) {
                    labels.set("pod_deployment_name", owner.getName());
                }
            }
            case "Job" -> {
                if (around.attachesJobs()) {
                    labels.set("pod_job_name", controller.getName());
                }
                Job job = around.job(namespace, controller.getName());
                OwnerReference owner = job == null ? null : controller(job);
                if (owner != null && owner.getKind().equals("CronJob")) {
                    labels.set("pod_cronjob_name", owner.getName());
                }
            }
            default -> {}
        }
    }

    /// The object's owner that manages it.
    static @Nullable OwnerReference controller(HasMetadata object) {
        for (OwnerReference owner : object.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(owner.getController())) {
                return owner;
            }
        }
        return null;
    }

    /// Containers, then those that run before them.
    static List<PodContainer> containers(Pod pod) {
        var containers = new ArrayList<PodContainer>();
        if (pod.getSpec() != null) {
            pod.getSpec().getContainers().forEach(one -> containers.add(new PodContainer(one, false)));
            pod.getSpec().getInitContainers().forEach(one -> containers.add(new PodContainer(one, true)));
        }
        return containers;
    }

    static String ip(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPodIP() == null
                ? ""
                : pod.getStatus().getPodIP();
    }

    private static ObjectLabels container(ObjectLabels target, Pod pod, PodContainer one) {
        return target.set("pod_container_name", one.container().getName())
                .set("pod_container_id", id(pod, one))
                .set("pod_container_image", one.container().getImage())
                .set("pod_container_init", one.init());
    }

    private static ObjectLabels port(ObjectLabels target, ContainerPort port) {
        return target.set("pod_container_port_name", port.getName())
                .set("pod_container_port_number", port.getContainerPort())
                .set("pod_container_port_protocol", port.getProtocol());
    }

    /// What a target of an endpoint carries of the container port behind it.
    static ObjectLabels behindEndpoint(ObjectLabels target, PodContainer one, ContainerPort port) {
        return port(target, port)
                .set("pod_container_name", one.container().getName())
                .set("pod_container_image", one.container().getImage())
                .set("pod_container_init", one.init());
    }

    private static @Nullable String id(Pod pod, PodContainer one) {
        if (pod.getStatus() == null) {
            return null;
        }
        List<ContainerStatus> all = one.init()
                ? pod.getStatus().getInitContainerStatuses()
                : pod.getStatus().getContainerStatuses();
        for (ContainerStatus status : all) {
            if (status.getName().equals(one.container().getName())) {
                return status.getContainerID();
            }
        }
        return null;
    }

    private static String ready(Pod pod) {
        if (pod.getStatus() != null) {
            for (var condition : pod.getStatus().getConditions()) {
                if (condition.getType().equals("Ready")) {
                    return condition.getStatus().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "unknown";
    }
}
