package io.pharos.discovery.consul;

import io.pharos.discovery.TargetGroup;
import io.pharos.model.labels.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The labels of one service's nodes.
final class ServiceTargets {
    private ServiceTargets() {}

    static TargetGroup of(String service, String datacenter, String separator, JsonNode nodes) {
        var targets = new ArrayList<Labels>();
        for (JsonNode node : nodes) {
            targets.add(target(node.path("Node"), node.path("Service"), node.path("Checks"), separator));
        }
        return new TargetGroup(
                service, targets, Labels.of("__meta_consul_service", service, "__meta_consul_dc", datacenter));
    }

    private static Labels target(JsonNode node, JsonNode service, JsonNode checks, String separator) {
        var labels = new HashMap<String, String>();
        String nodeAddress = node.path("Address").asString("");
        String serviceAddress = service.path("Address").asString("");
        String port = Integer.toString(service.path("Port").asInt(0));
        String host = serviceAddress.isEmpty() ? nodeAddress : serviceAddress;
        labels.put("__address__", (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port);
        labels.put("__meta_consul_address", nodeAddress);
        labels.put("__meta_consul_node", node.path("Node").asString(""));
        labels.put("__meta_consul_namespace", service.path("Namespace").asString(""));
        labels.put("__meta_consul_partition", service.path("Partition").asString(""));
        labels.put("__meta_consul_service_address", serviceAddress);
        labels.put("__meta_consul_service_port", port);
        labels.put("__meta_consul_service_id", service.path("ID").asString(""));
        labels.put("__meta_consul_health", status(checks));
        var tags = new StringBuilder(separator);
        service.path("Tags").forEach(tag -> tags.append(tag.asString("")).append(separator));
        labels.put("__meta_consul_tags", service.path("Tags").isEmpty() ? separator + separator : tags.toString());
        each(labels, "__meta_consul_metadata_", node.path("Meta"));
        each(labels, "__meta_consul_service_metadata_", service.path("Meta"));
        each(labels, "__meta_consul_tagged_address_", node.path("TaggedAddresses"));
        return Labels.of(labels);
    }

    private static void each(Map<String, String> labels, String prefix, JsonNode values) {
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            labels.put(
                    prefix + value.getKey().replaceAll("[^a-zA-Z0-9_]", "_"),
                    value.getValue().asString(""));
        }
    }

    /// The gravest of the checks.
    private static String status(JsonNode checks) {
        String gravest = "passing";
        for (JsonNode check : checks) {
            String id = check.path("CheckID").asString("");
            String status = check.path("Status").asString("");
            if (id.equals("_node_maintenance") || id.startsWith("_service_maintenance:")) {
                return "maintenance";
            }
            if (status.equals("critical") || status.equals("warning") && gravest.equals("passing")) {
                gravest = status;
            }
        }
        return gravest;
    }
}
