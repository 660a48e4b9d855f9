package io.pharos.alertmanager.cluster;

import java.util.List;
import java.util.Optional;

/// The cluster as the API shows it.
///
/// @param name of this replica; empty where there is no cluster
/// @param status `disabled`, `settling`, `ready`
/// @param peers this replica among them, by name
public record ClusterView(Optional<String> name, String status, List<Peer> peers) {
    /// A member of the cluster.
    public record Peer(String name, String address) {}

    /// No cluster.
    public static final ClusterView NONE = new ClusterView(Optional.empty(), "disabled", List.of());
}
