package io.pharos.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.pharos.discovery.Found;
import io.pharos.discovery.TargetGroup;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.KubernetesDiscovery;
import io.pharos.model.config.KubernetesDiscovery.AttachMetadata;
import io.pharos.model.config.KubernetesDiscovery.Namespaces;
import io.pharos.model.config.KubernetesDiscovery.Selector;
import io.pharos.model.config.Url;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesSourceTest {
    private static final AttachMetadata NOTHING = new AttachMetadata(false, false, false, false, false);

    /// Held, so that its level stays: the fake logs every request.
    private static final Logger NOISE = Logger.getLogger("io.fabric8.mockwebserver");

    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
    private final Found found = new Found();
    private KubernetesClient client;

    @BeforeEach
    void start() {
        NOISE.setLevel(Level.WARNING);
        server.init();
        client = server.createClient();
    }

    @AfterEach
    void stop() {
        found.close();
        client.close();
        try {
            server.destroy();
        } catch (IllegalStateException _) {
            // The fake gives its own shutdown a second, which is too short on a busy machine.
            NOISE.fine("the fake did not close in time");
        }
    }

    private void discover(String role, AttachMetadata attach, List<String> namespaces, Selector... selectors) {
        var config = new KubernetesDiscovery(
                Url.parse(server.url("/")),
                role,
                "",
                HttpConfig.plain(),
                new Namespaces(false, namespaces),
                List.of(selectors),
                attach);
        found.run(new KubernetesSource(config, found.meters));
    }

    private List<String> targetsOf(String source) throws InterruptedException {
        Map<String, TargetGroup> groups = found.await(all -> all.containsKey(source));
        return Found.targets(Map.of(source, groups.get(source)));
    }

    private static Pod pod(String namespace, String name, String ip) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("app.kubernetes.io/name", "web")
                .addToAnnotations("note", "x")
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withKind("ReplicaSet")
                        .withName("web-1")
                        .withController(true)
                        .build())
                .endMetadata()
                .withNewSpec()
                .withNodeName("n1")
                .addNewContainer()
                .withName("main")
                .withImage("img:1")
                .addNewPort()
                .withName("http")
                .withContainerPort(8080)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("admin")
                .withContainerPort(9000)
                .withProtocol("TCP")
                .endPort()
                .endContainer()
                .addNewInitContainer()
                .withName("init")
                .withImage("img:0")
                .endInitContainer()
                .endSpec()
                .withNewStatus()
                .withPodIP(ip)
                .withHostIP("10.0.0.1")
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .addNewContainerStatus()
                .withName("main")
                .withContainerID("c://1")
                .endContainerStatus()
                .endStatus()
                .build();
    }

    private static Node node(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("zone", "z1")
                .endMetadata()
                .withNewSpec()
                .withProviderID("p://1")
                .endSpec()
                .withNewStatus()
                .addNewAddress()
                .withType("Hostname")
                .withAddress("host1")
                .endAddress()
                .addNewAddress()
                .withType("InternalIP")
                .withAddress("10.0.0.1")
                .endAddress()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(10250)
                .endDaemonEndpoints()
                .endStatus()
                .build();
    }

    private static Service service(String namespace, String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("team", "a")
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP("10.1.0.1")
                .addNewPort()
                .withName("http")
                .withPort(80)
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build();
    }

    private static final String POD_LABELS =
            "kubernetes_pod_annotation_note=x, kubernetes_pod_annotationpresent_note=true,"
                    + " kubernetes_pod_container_id=c://1, kubernetes_pod_container_image=img:1,"
                    + " kubernetes_pod_container_init=false, kubernetes_pod_container_name=main,"
                    + " kubernetes_pod_container_port_name=http, kubernetes_pod_container_port_number=8080,"
                    + " kubernetes_pod_container_port_protocol=TCP, kubernetes_pod_controller_kind=ReplicaSet,"
                    + " kubernetes_pod_controller_name=web-1, kubernetes_pod_host_ip=10.0.0.1, kubernetes_pod_ip=10.2.0.1,"
                    + " kubernetes_pod_label_app_kubernetes_io_name=web,"
                    + " kubernetes_pod_labelpresent_app_kubernetes_io_name=true, kubernetes_pod_name=web,"
                    + " kubernetes_pod_node_name=n1, kubernetes_pod_phase=Running, kubernetes_pod_ready=true,"
                    + " kubernetes_pod_uid=";

    @Test
    void podsGiveATargetPerPortAndOnePerContainerWithoutPorts() throws Exception {
        client.resource(pod("default", "web", "10.2.0.1")).create();
        client.resource(pod("default", "starting", "")).create();
        discover("pod", NOTHING, List.of());
        List<String> targets = targetsOf("pod/default/web");
        assertThat(targets).hasSize(3);
        assertThat(targets.getFirst())
                .isEqualTo("10.2.0.1:8080[kubernetes_namespace=default, " + POD_LABELS
                        + client.pods()
                                .inNamespace("default")
                                .withName("web")
                                .get()
                                .getMetadata()
                                .getUid() + "]");
        assertThat(targets.get(1)).startsWith("10.2.0.1:9000[").contains("kubernetes_pod_container_port_name=admin");
        assertThat(targets.get(2))
                .startsWith("10.2.0.1[")
                .contains("kubernetes_pod_container_init=true", "kubernetes_pod_container_name=init")
                .doesNotContain("container_port");
        assertThat(found.await(all -> true)).containsOnlyKeys("pod/default/web");
    }

    @Test
    void podsCarryTheirNodeNamespaceAndDeployment() throws Exception {
        client.resource(node("n1")).create();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .addToLabels("stage", "prod")
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web-1")
                        .withOwnerReferences(new OwnerReferenceBuilder()
                                .withKind("Deployment")
                                .withName("web")
                                .withController(true)
                                .build())
                        .endMetadata()
                        .build())
                .create();
        client.resource(pod("default", "web", "10.2.0.1")).create();
        discover("pod", new AttachMetadata(true, true, true, true, true), List.of());
        assertThat(targetsOf("pod/default/web").getFirst())
                .contains(
                        "kubernetes_node_label_zone=z1",
                        "kubernetes_node_name=n1",
                        "kubernetes_namespace_label_stage=prod",
                        "kubernetes_pod_deployment_name=web");
    }

    @Test
    void podsThatGoAndComeAreFollowed() throws Exception {
        discover("pod", NOTHING, List.of());
        found.awaitUpdate(1);
        client.resource(pod("default", "web", "10.2.0.1")).create();
        assertThat(targetsOf("pod/default/web").getFirst()).startsWith("10.2.0.1:8080");
        Pod moved = pod("default", "web", "10.2.0.2");
        client.resource(moved).update();
        found.await(all -> Found.targets(all).getFirst().startsWith("10.2.0.2:8080"));
        client.resource(moved).delete();
        found.await(Map::isEmpty);
        assertThat(found.meters
                        .get("prometheus_sd_kubernetes_events_total")
                        .tags("role", "pod", "event", "delete")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void onlyNamespacesAndLabelsAskedForAreLookedAt() throws Exception {
        client.resource(pod("one", "web", "10.2.0.1")).create();
        client.resource(pod("two", "web", "10.2.0.2")).create();
        client.resource(pod("three", "web", "10.2.0.3")).create();
        Pod other = pod("one", "other", "10.2.0.4");
        other.getMetadata().setLabels(Map.of("app", "other"));
        client.resource(other).create();
        discover("pod", NOTHING, List.of("one", "two"), new Selector("pod", "app.kubernetes.io/name=web", ""));
        assertThat(found.await(all -> !all.isEmpty())).containsOnlyKeys("pod/one/web", "pod/two/web");
    }

    @Test
    void nodesAreReachedAtTheirKubelet() throws Exception {
        client.resource(node("n1")).create();
        discover("node", NOTHING, List.of());
        assertThat(targetsOf("node/n1"))
                .containsExactly("10.0.0.1:10250[kubernetes_node_address_Hostname=host1,"
                        + " kubernetes_node_address_InternalIP=10.0.0.1, kubernetes_node_condition_ready=true,"
                        + " kubernetes_node_label_zone=z1, kubernetes_node_labelpresent_zone=true,"
                        + " kubernetes_node_name=n1, kubernetes_node_provider_id=p://1, instance=n1]");
    }

    @Test
    void servicesAreReachedByTheirName() throws Exception {
        client.resource(service("default", "web")).create();
        discover("service", NOTHING, List.of());
        assertThat(targetsOf("svc/default/web"))
                .containsExactly("web.default.svc:80[kubernetes_namespace=default,"
                        + " kubernetes_service_cluster_ip=10.1.0.1, kubernetes_service_label_team=a,"
                        + " kubernetes_service_labelpresent_team=true, kubernetes_service_name=web,"
                        + " kubernetes_service_port_name=http, kubernetes_service_port_number=80,"
                        + " kubernetes_service_port_protocol=TCP, kubernetes_service_type=ClusterIP]");
    }

    @Test
    void endpointsCarryServiceAndPodAndUnlistedPortsFollow() throws Exception {
        client.resource(service("default", "web")).create();
        client.resource(pod("default", "web", "10.2.0.1")).create();
        client.resource(new EndpointsBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web")
                        .endMetadata()
                        .addNewSubset()
                        .addNewAddress()
                        .withIp("10.2.0.1")
                        .withNodeName("n1")
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withNamespace("default")
                        .withName("web")
                        .endTargetRef()
                        .endAddress()
                        .addNewNotReadyAddress()
                        .withIp("10.9.9.9")
                        .withHostname("h")
                        .endNotReadyAddress()
                        .addNewPort()
                        .withName("http")
                        .withPort(8080)
                        .withProtocol("TCP")
                        .endPort()
                        .endSubset()
                        .build())
                .create();
        discover("endpoints", NOTHING, List.of());
        List<String> targets = targetsOf("endpoints/default/web");
        assertThat(targets).hasSize(3);
        assertThat(targets.getFirst())
                .startsWith("10.2.0.1:8080[")
                .contains(
                        "kubernetes_endpoint_address_target_kind=Pod",
                        "kubernetes_endpoint_address_target_name=web",
                        "kubernetes_endpoint_node_name=n1",
                        "kubernetes_endpoint_port_name=http",
                        "kubernetes_endpoint_ready=true",
                        "kubernetes_endpoints_name=web",
                        "kubernetes_pod_container_port_number=8080",
                        "kubernetes_pod_name=web",
                        "kubernetes_service_label_team=a",
                        "kubernetes_service_name=web");
        assertThat(targets.get(1))
                .startsWith("10.9.9.9:8080[")
                .contains("kubernetes_endpoint_hostname=h", "kubernetes_endpoint_ready=false")
                .doesNotContain("kubernetes_pod_name");
        assertThat(targets.get(2))
                .startsWith("10.2.0.1:9000[")
                .contains("kubernetes_pod_container_port_name=admin")
                .doesNotContain("kubernetes_endpoint_ready");

        client.resource(pod("default", "web", "10.2.0.1")
                        .edit()
                        .editMetadata()
                        .addToLabels("v", "2")
                        .endMetadata()
                        .build())
                .update();
        found.await(all -> Found.targets(all).getFirst().contains("kubernetes_pod_label_v=2"));
    }

    @Test
    void endpointSlicesCarryServiceAndPod() throws Exception {
        client.resource(service("default", "web")).create();
        client.resource(pod("default", "web", "10.2.0.1")).create();
        client.resource(new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web-abc")
                        .addToLabels("kubernetes.io/service-name", "web")
                        .endMetadata()
                        .withAddressType("IPv4")
                        .addNewEndpoint()
                        .withAddresses("10.2.0.1")
                        .withNodeName("n1")
                        .withZone("z")
                        .withHostname("h")
                        .withNewConditions()
                        .withReady(true)
                        .withServing(true)
                        .withTerminating(false)
                        .endConditions()
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withNamespace("default")
                        .withName("web")
                        .endTargetRef()
                        .endEndpoint()
                        .addNewPort()
                        .withName("http")
                        .withPort(8080)
                        .withProtocol("TCP")
                        .withAppProtocol("http")
                        .endPort()
                        .build())
                .create();
        discover("endpointslice", NOTHING, List.of());
        List<String> targets = targetsOf("endpointslice/default/web-abc");
        assertThat(targets).hasSize(2);
        assertThat(targets.getFirst())
                .startsWith("10.2.0.1:8080[")
                .contains(
                        "kubernetes_endpointslice_address_target_kind=Pod",
                        "kubernetes_endpointslice_address_type=IPv4",
                        "kubernetes_endpointslice_endpoint_conditions_ready=true",
                        "kubernetes_endpointslice_endpoint_conditions_serving=true",
                        "kubernetes_endpointslice_endpoint_conditions_terminating=false",
                        "kubernetes_endpointslice_endpoint_hostname=h",
                        "kubernetes_endpointslice_endpoint_node_name=n1",
                        "kubernetes_endpointslice_endpoint_zone=z",
                        "kubernetes_endpointslice_name=web-abc",
                        "kubernetes_endpointslice_port=8080",
                        "kubernetes_endpointslice_port_app_protocol=http",
                        "kubernetes_endpointslice_port_name=http",
                        "kubernetes_endpointslice_port_protocol=TCP",
                        "kubernetes_pod_name=web",
                        "kubernetes_service_name=web");
    }

    @Test
    void ingressesGiveATargetPerPath() throws Exception {
        client.resource(new IngressBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .withIngressClassName("nginx")
                        .addNewTl()
                        .withHosts("*.example.com")
                        .endTl()
                        .addNewRule()
                        .withHost("a.example.com")
                        .withNewHttp()
                        .addNewPath()
                        .withPath("/x")
                        .endPath()
                        .addNewPath()
                        .endPath()
                        .endHttp()
                        .endRule()
                        .addNewRule()
                        .withHost("plain.org")
                        .endRule()
                        .endSpec()
                        .build())
                .create();
        discover("ingress", NOTHING, List.of());
        assertThat(targetsOf("ingress/default/web"))
                .containsExactly(
                        "a.example.com[kubernetes_ingress_class_name=nginx, kubernetes_ingress_host=a.example.com,"
                                + " kubernetes_ingress_name=web, kubernetes_ingress_path=/x,"
                                + " kubernetes_ingress_scheme=https, kubernetes_namespace=default]",
                        "a.example.com[kubernetes_ingress_class_name=nginx, kubernetes_ingress_host=a.example.com,"
                                + " kubernetes_ingress_name=web, kubernetes_ingress_path=/,"
                                + " kubernetes_ingress_scheme=https, kubernetes_namespace=default]",
                        "plain.org[kubernetes_ingress_class_name=nginx, kubernetes_ingress_host=plain.org,"
                                + " kubernetes_ingress_name=web, kubernetes_ingress_path=/,"
                                + " kubernetes_ingress_scheme=http, kubernetes_namespace=default]");
    }

    @Test
    void aKubeconfigFileSaysWhereToAsk(@TempDir Path folder) throws Exception {
        client.resource(pod("default", "web", "10.2.0.1")).create();
        Path file = Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: k, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: c, context: {cluster: k, user: u}}]
                """.formatted(server.url("/")));
        var config = new KubernetesDiscovery(
                Url.NONE,
                "pod",
                file.toString(),
                HttpConfig.plain(),
                new Namespaces(false, List.of()),
                List.of(),
                NOTHING);
        found.run(new KubernetesSource(config, found.meters));
        assertThat(found.await(all -> !all.isEmpty())).containsOnlyKeys("pod/default/web");
    }

    @Test
    void outsideOfAClusterTheErrorSaysWhatToConfigure() throws Exception {
        var config = new KubernetesDiscovery(
                Url.NONE, "pod", "", HttpConfig.plain(), new Namespaces(false, List.of()), List.of(), NOTHING);
        found.run(new KubernetesSource(config, found.meters, new ClusterAccess(Map.of(), Path.of("/nowhere"))));
        assertThat(found.awaitFailure(1)).contains("configure 'api_server' or 'kubeconfig_file'");
    }
}
