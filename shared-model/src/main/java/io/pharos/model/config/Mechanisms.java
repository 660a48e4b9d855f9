package io.pharos.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// The lists of discovery mechanisms that stand among the keys of a job, by key.
final class Mechanisms {
    private static final Map<String, Class<? extends DiscoveryConfig>> BUILT = new TreeMap<>(Map.of(
            "static_configs", StaticConfig.class,
            "file_sd_configs", FileDiscovery.class,
            "http_sd_configs", HttpDiscovery.class,
            "dns_sd_configs", DnsDiscovery.class,
            "kubernetes_sd_configs", KubernetesDiscovery.class,
            "consul_sd_configs", ConsulDiscovery.class,
            "ec2_sd_configs", Ec2Discovery.class));

    private Mechanisms() {}

    static List<DiscoveryConfig> bind(
            Binder binder, Set<String> given, Function<String, @Nullable Node> take, Set<String> known, String path) {
        known.addAll(BUILT.keySet());
        var found = new ArrayList<DiscoveryConfig>();
        for (var mechanism : BUILT.entrySet()) {
            String key = mechanism.getKey();
            Node list = given.contains(key) ? take.apply(key) : null;
            if (list == null || list instanceof ScalarNode scalar && GoScalar.isNull(scalar)) {
                continue;
            }
            if (!(list instanceof SequenceNode sequence)) {
                throw binder.fail(list, "expected a list in " + Binder.within(path, key));
            }
            int i = 0;
            for (Node item : sequence.getValue()) {
                String at = Binder.within(path, key) + "[" + i++ + "]";
                if (item instanceof ScalarNode scalar && GoScalar.isNull(scalar)) {
                    throw binder.fail(item, "empty or null section in " + Binder.within(path, key));
                }
                found.add((DiscoveryConfig) binder.bind(item, recordOf(mechanism.getValue()), at));
            }
        }
        return List.copyOf(found);
    }

    @SuppressWarnings("unchecked") // Every mechanism is a record.
    private static Class<? extends Record> recordOf(Class<? extends DiscoveryConfig> type) {
        return (Class<? extends Record>) (Class<?>) type;
    }

    /// The configurations by key, in the order they are printed.
    static Map<String, List<DiscoveryConfig>> byKey(List<DiscoveryConfig> all) {
        var keys = new TreeMap<String, List<DiscoveryConfig>>();
        for (DiscoveryConfig one : all) {
            keys.computeIfAbsent(one.key(), _ -> new ArrayList<>()).add(one);
        }
        return keys;
    }
}
