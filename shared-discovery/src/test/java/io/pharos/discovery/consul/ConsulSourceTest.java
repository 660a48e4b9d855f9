package io.pharos.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.discovery.FakeHttp;
import io.pharos.discovery.FakeHttp.Asked;
import io.pharos.discovery.FakeHttp.Reply;
import io.pharos.discovery.Found;
import io.pharos.model.config.ConsulDiscovery;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.Secret;
import io.pharos.runtime.http.HttpClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsulSourceTest {
    /// An agent that holds answers back until its index has changed, as Consul does.
    private static final class FakeConsul {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Map<String, String> healthByService = new TreeMap<>();
        private long index = 1;

        void put(String service, String health) {
            lock.lock();
            try {
                if (health.isEmpty()) {
                    healthByService.remove(service);
                } else {
                    healthByService.put(service, health);
                }
                index++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        Reply reply(Asked asked) throws InterruptedException {
            String line = asked.line();
            if (line.startsWith("GET /pre/v1/agent/self")) {
                return Reply.json("{\"Config\":{\"Datacenter\":\"dc1\"}}");
            }
            lock.lock();
            try {
                while (line.contains("index=" + index + "&")) {
                    if (!changed.await(20, TimeUnit.SECONDS)) {
                        break;
                    }
                }
                String path = line.substring(4).split("\\?")[0];
                String body;
                if (path.equals("/pre/v1/catalog/services")) {
                    var names = new StringBuilder();
                    healthByService.keySet().forEach(name -> names.append(names.isEmpty() ? "" : ",")
                            .append('"')
                            .append(name)
                            .append("\":[\"t1\",\"t2\"]"));
                    body = "{" + names + "}";
                } else {
                    body = "[" + healthByService.getOrDefault(path.substring(path.lastIndexOf('/') + 1), "") + "]";
                }
                return new Reply(200, "application/json", Map.of("X-Consul-Index", Long.toString(index)), body);
            } finally {
                lock.unlock();
            }
        }
    }

    private static String node(String address, String status) {
        return "{\"Node\":{\"Node\":\"n1\",\"Address\":\"10.0.0.1\",\"Meta\":{\"rack-id\":\"r1\"},"
                + "\"TaggedAddresses\":{\"lan\":\"10.0.0.9\"}},\"Service\":{\"ID\":\"web-1\",\"Address\":\"" + address
                + "\",\"Port\":8080,\"Tags\":[\"t1\",\"t2\"],\"Meta\":{\"version\":\"1\"}},"
                + "\"Checks\":[{\"CheckID\":\"c\",\"Status\":\"" + status + "\"}]}";
    }

    private final FakeConsul consul = new FakeConsul();
    private final FakeHttp server = new FakeHttp(consul::reply);
    private final Found found = new Found();

    @AfterEach
    void close() {
        found.close();
        server.close();
    }

    private void discover(List<String> services, List<String> tags) {
        var config = new ConsulDiscovery(
                server.address(),
                "/pre",
                new Secret("tok"),
                "",
                "",
                "",
                ",",
                "http",
                "",
                Secret.NONE,
                true,
                Duration.ofMillis(20),
                services,
                tags,
                new HashMap<>(Map.of("rack", "r1")),
                "",
                "",
                HttpConfig.plain());
        found.run(new ConsulSource(config, new HttpClients("x", InstantSource.system()), found.meters));
    }

    @Test
    void servicesOfTheCatalogAreFollowed() throws Exception {
        consul.put("web", node("", "passing"));
        discover(List.of(), List.of());
        assertThat(Found.targets(found.await(groups -> groups.containsKey("web"))))
                .containsExactly("10.0.0.1:8080[consul_address=10.0.0.1, consul_dc=dc1, consul_health=passing,"
                        + " consul_metadata_rack_id=r1, consul_node=n1, consul_service=web,"
                        + " consul_service_id=web-1, consul_service_metadata_version=1, consul_service_port=8080,"
                        + " consul_tagged_address_lan=10.0.0.9, consul_tags=,t1,t2,]");
        consul.put("api", node("10.0.0.2", "critical"));
        assertThat(Found.targets(found.await(groups -> groups.size() == 2)).toString())
                .contains("10.0.0.2:8080", "consul_health=critical", "consul_service_address=10.0.0.2");
        consul.put("web", "");
        assertThat(found.await(groups -> groups.size() == 1)).containsOnlyKeys("api");
        assertThat(server.asked).anySatisfy(asked -> {
            assertThat(asked.line())
                    .startsWith("GET /pre/v1/catalog/services?stale=&wait=120000ms&node-meta=rack%3Ar1");
            assertThat(asked.headers()).containsEntry("x-consul-token", "tok");
        });
    }

    @Test
    void namedServicesNeedNoCatalog() throws Exception {
        consul.put("web", node("", "passing"));
        consul.put("api", node("", "passing"));
        discover(List.of("web"), List.of());
        assertThat(found.await(groups -> !groups.isEmpty())).containsOnlyKeys("web");
        assertThat(server.asked).noneMatch(asked -> asked.line().contains("catalog"));
    }

    @Test
    void onlyServicesWithAllTagsAreTaken() throws Exception {
        consul.put("web", node("", "passing"));
        discover(List.of(), List.of("t1", "t3"));
        found.awaitUpdate(1);
        assertThat(found.await(groups -> true)).isEmpty();
    }

    @Test
    void aFailureIsToldAndCounted() throws Exception {
        server.script = _ -> new Reply(500, "text/plain", Map.of(), "no leader");
        discover(List.of(), List.of());
        assertThat(found.awaitFailure(1)).isEqualTo("Unexpected response code: 500 (no leader)");
        assertThat(found.meters
                        .get("prometheus_sd_consul_rpc_failures_total")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
