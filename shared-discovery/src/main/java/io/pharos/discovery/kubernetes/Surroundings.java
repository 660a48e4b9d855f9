package io.pharos.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.jspecify.annotations.Nullable;

/// The other objects that a target group takes labels from; null where one is unknown, or its kind is not
/// attached.
interface Surroundings {
    @Nullable
    Service service(String namespace, String name);

    @Nullable
    Pod pod(String namespace, String name);

    @Nullable
    Node node(String name);

    @Nullable
    Namespace namespace(String name);

    @Nullable
    ReplicaSet replicaSet(String namespace, String name);

    @Nullable
    Job job(String namespace, String name);

    /// Whether pods get the name of the job that controls them.
    boolean attachesJobs();

    default void addNode(ObjectLabels labels, @Nullable String name) {
        Node node = name == null ? null : node(name);
        if (node != null) {
            labels.set("node_name", node.getMetadata().getName()).object("node", node.getMetadata());
        }
    }

    default void addNamespace(ObjectLabels labels, @Nullable String name) {
        Namespace namespace = name == null ? null : namespace(name);
        if (namespace != null) {
            labels.object("namespace", namespace.getMetadata());
        }
    }
}
