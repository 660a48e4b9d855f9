package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.config.KubernetesDiscovery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Watches the objects of a role and those it takes labels from, and tells which of the role's objects changed,
/// also because something around them did.
final class Watches implements Surroundings {
    private final KubernetesDiscovery config;
    private final KubernetesClient client;
    private final List<String> namespaces;
    private final Consumer<String> dirty;
    private final Function<String, Watched.Reports> reports;
    private final List<Watched<?>> all = new ArrayList<>();
    private @Nullable Watched<Node> nodes;
    private @Nullable Watched<Namespace> spaces;
    private @Nullable Watched<Service> services;
    private @Nullable Watched<Pod> pods;
    private @Nullable Watched<Endpoints> endpoints;
    private @Nullable Watched<EndpointSlice> slices;
    private @Nullable Watched<Ingress> ingresses;
    private @Nullable Watched<ReplicaSet> replicaSets;
    private @Nullable Watched<Job> jobs;

    /// @param dirty hears the keys of the role's objects to look at anew
    /// @param reports takes what happens to the watches of a kind
    Watches(
            KubernetesDiscovery config,
            KubernetesClient client,
            List<String> namespaces,
            Consumer<String> dirty,
            Function<String, Watched.Reports> reports) {
        this.config = config;
        this.client = client;
        this.namespaces = namespaces;
        this.dirty = dirty;
        this.reports = reports;
        KubernetesDiscovery.AttachMetadata attach = config.attachMetadata();
        boolean ofPods = Set.of("pod", "endpoints", "endpointslice").contains(config.role());
        switch (config.role()) {
            case "node" -> nodes = watch(Node.class, "node", List.of(), Map.of(), this::primary);
            case "service" -> services = watch(Service.class, "service", namespaces, Map.of(), this::primary);
            case "ingress" -> ingresses = watch(Ingress.class, "ingress", namespaces, Map.of(), this::primary);
            case "pod" -> pods = watch(Pod.class, "pod", namespaces, podIndexes(), this::primary);
            case "endpoints" -> {
                pods = watch(Pod.class, "pod", namespaces, podIndexes(), this::podChanged);
                services = watch(Service.class, "service", namespaces, Map.of(), this::primary);
                endpoints = watch(
                        Endpoints.class,
                        "endpoints",
                        namespaces,
                        Map.of("pod", Watches::podsOf, "node", Watches::nodesOf),
                        this::primary);
            }
            case "endpointslice" -> {
                pods = watch(Pod.class, "pod", namespaces, podIndexes(), this::podChanged);
                services = watch(Service.class, "service", namespaces, Map.of(), this::serviceChanged);
                slices = watch(
                        EndpointSlice.class,
                        "endpointslice",
                        namespaces,
                        Map.of(
                                "pod",
                                Watches::podsOf,
                                "node",
                                Watches::nodesOf,
                                "service",
                                slice -> List.of(Watched.key(slice.getMetadata().getNamespace(), serviceOf(slice)))),
                        this::primary);
            }
            default -> throw new IllegalArgumentException("unknown Kubernetes SD role \"" + config.role() + "\"");
        }
        if (attach.node() && ofPods) {
            nodes = watch(Node.class, "node", List.of(), Map.of(), this::nodeChanged);
        }
        if (attach.namespace() && !config.role().equals("node")) {
            spaces = watch(Namespace.class, "namespace", List.of(), Map.of(), this::namespaceChanged);
        }
        if (attach.deployment() && ofPods) {
            replicaSets = watch(ReplicaSet.class, "replicaset", namespaces, Map.of(), this::controllerChanged);
        }
        if (attach.cronjob() && ofPods) {
            jobs = watch(Job.class, "job", namespaces, Map.of(), this::controllerChanged);
        }
    }

    /// Begins to watch; done once everything was listed.
    CompletableFuture<?> start() {
        return CompletableFuture.allOf(all.stream().map(Watched::start).toArray(CompletableFuture[]::new));
    }

    /// The keys of all objects of the role.
    Set<String> keys() {
        var keys = new HashSet<String>();
        for (HasMetadata object : primaries()) {
            keys.add(Watched.key(object));
        }
        return keys;
    }

    /// The group of one object of the role as it is now; one without targets if it is gone.
    TargetGroup group(String key) {
        String source = sourcePrefix() + key;
        return switch (config.role()) {
            case "node" -> from(nodes, key, source, NodeTargets::of);
            case "service" -> from(services, key, source, (name, one) -> ServiceTargets.of(name, one, this));
            case "ingress" -> from(ingresses, key, source, (name, one) -> IngressTargets.of(name, one, this));
            case "pod" -> from(pods, key, source, (name, one) -> PodTargets.of(name, one, this));
            case "endpoints" -> from(endpoints, key, source, (name, one) -> EndpointsTargets.of(name, one, this));
            default -> from(slices, key, source, (name, one) -> EndpointSliceTargets.of(name, one, this));
        };
    }

    private String sourcePrefix() {
        return config.role().equals("service") ? "svc/" : config.role() + "/";
    }

    private static <T extends HasMetadata> TargetGroup from(
            @Nullable Watched<T> watched,
            String key,
            String source,
            java.util.function.BiFunction<String, T, TargetGroup> make) {
        T object = watched == null ? null : watched.get(key);
        return object == null ? TargetGroup.gone(source) : make.apply(source, object);
    }

    private List<? extends HasMetadata> primaries() {
        return switch (config.role()) {
            case "node" -> listed(nodes);
            case "service" -> listed(services);
            case "ingress" -> listed(ingresses);
            case "pod" -> listed(pods);
            case "endpoints" -> listed(endpoints);
            default -> listed(slices);
        };
    }

    private static <T extends HasMetadata> List<T> listed(@Nullable Watched<T> watched) {
        return watched == null ? List.of() : watched.all();
    }

    private <T extends HasMetadata> Watched<T> watch(
            Class<T> kind,
            String role,
            List<String> where,
            Map<String, Function<T, List<String>>> indexes,
            Consumer<T> changed) {
        Optional<KubernetesDiscovery.Selector> selector = config.selectors().stream()
                .filter(one -> one.role().equals(role))
                .findFirst();
        var watched = new Watched<>(client, kind, where, selector, indexes, changed, reports.apply(role));
        all.add(watched);
        return watched;
    }

    private void primary(HasMetadata object) {
        dirty.accept(Watched.key(object));
    }

    private void podChanged(Pod pod) {
        byIndex("pod", Watched.key(pod));
    }

    private void serviceChanged(Service service) {
        byIndex("service", Watched.key(service));
    }

    private void nodeChanged(Node node) {
        String name = node.getMetadata().getName();
        byIndex("node", name);
    }

    private void namespaceChanged(Namespace namespace) {
        String name = namespace.getMetadata().getName();
        for (HasMetadata object : primaries()) {
            if (name.equals(object.getMetadata().getNamespace())) {
                primary(object);
            }
        }
    }

    private void controllerChanged(HasMetadata controller) {
        if (pods == null) {
            return;
        }
        for (Pod pod : pods.byIndex("controller", controller.getKind() + "/" + Watched.key(controller))) {
            if (config.role().equals("pod")) {
                primary(pod);
            } else {
                podChanged(pod);
            }
        }
    }

    private void byIndex(String index, String key) {
        Watched<? extends HasMetadata> watched =
                switch (config.role()) {
                    case "pod" -> pods;
                    case "endpoints" -> endpoints;
                    case "endpointslice" -> slices;
                    default -> null;
                };
        if (watched != null) {
            watched.byIndex(index, key).forEach(this::primary);
        }
    }

    private static Map<String, Function<Pod, List<String>>> podIndexes() {
        return Map.of(
                "node",
                pod -> pod.getSpec() == null || pod.getSpec().getNodeName() == null
                        ? List.of()
                        : List.of(pod.getSpec().getNodeName()),
                "controller",
                pod -> {
                    OwnerReference owner = PodTargets.controller(pod);
                    return owner == null
                            ? List.of()
                            : List.of(owner.getKind() + "/"
                                    + Watched.key(pod.getMetadata().getNamespace(), owner.getName()));
                });
    }

    private static String serviceOf(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(EndpointSliceTargets.SERVICE_NAME, "");
    }

    private static List<String> podsOf(Endpoints endpoints) {
        var keys = new ArrayList<String>();
        addresses(endpoints)
                .forEach(address -> addPod(
                        keys, address.getTargetRef(), endpoints.getMetadata().getNamespace()));
        return keys;
    }

    private static List<String> podsOf(EndpointSlice slice) {
        var keys = new ArrayList<String>();
        slice.getEndpoints()
                .forEach(endpoint -> addPod(
                        keys, endpoint.getTargetRef(), slice.getMetadata().getNamespace()));
        return keys;
    }

    private static void addPod(List<String> keys, @Nullable ObjectReference reference, String namespace) {
        if (reference != null && "Pod".equals(reference.getKind())) {
            keys.add(Watched.key(
                    reference.getNamespace() == null ? namespace : reference.getNamespace(), reference.getName()));
        }
    }

    private static List<String> nodesOf(Endpoints endpoints) {
        var names = new ArrayList<String>();
        addresses(endpoints).forEach(address -> addNode(names, address.getTargetRef(), address.getNodeName()));
        return names;
    }

    private static List<String> nodesOf(EndpointSlice slice) {
        var names = new ArrayList<String>();
        slice.getEndpoints().forEach(endpoint -> addNode(names, endpoint.getTargetRef(), endpoint.getNodeName()));
        return names;
    }

    private static void addNode(List<String> names, @Nullable ObjectReference reference, @Nullable String nodeName) {
        if (reference != null && "Node".equals(reference.getKind())) {
            names.add(reference.getName());
        } else if (nodeName != null) {
            names.add(nodeName);
        }
    }

    private static List<EndpointAddress> addresses(Endpoints endpoints) {
        var addresses = new ArrayList<EndpointAddress>();
        endpoints.getSubsets().forEach(subset -> {
            addresses.addAll(subset.getAddresses());
            addresses.addAll(subset.getNotReadyAddresses());
        });
        return addresses;
    }

    @Override
    public @Nullable Service service(String namespace, String name) {
        return services == null ? null : services.get(Watched.key(namespace, name));
    }

    @Override
    public @Nullable Pod pod(String namespace, String name) {
        return pods == null ? null : pods.get(Watched.key(namespace, name));
    }

    @Override
    public @Nullable Node node(String name) {
        return nodes == null ? null : nodes.get(name);
    }

    @Override
    public @Nullable Namespace namespace(String name) {
        return spaces == null ? null : spaces.get(name);
    }

    @Override
    public @Nullable ReplicaSet replicaSet(String namespace, String name) {
        return replicaSets == null ? null : replicaSets.get(Watched.key(namespace, name));
    }

    @Override
    public @Nullable Job job(String namespace, String name) {
        return jobs == null ? null : jobs.get(Watched.key(namespace, name));
    }

    @Override
    public boolean attachesJobs() {
        return config.attachMetadata().job();
    }
}
