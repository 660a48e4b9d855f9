/// `kubernetes_sd_configs`: targets from objects of the Kubernetes API, kept up to date by watches.
///
/// The door is [io.pharos.discovery.kubernetes.KubernetesSource]. One class a role makes target groups of one
/// object; what else such a group depends on (services, pods, nodes…) comes through [Surroundings].
///
/// Rules of the labels: Prometheus 3.14, `discovery/kubernetes`.
@NullMarked
package io.pharos.discovery.kubernetes;

import org.jspecify.annotations.NullMarked;
