package io.pharos.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.discovery.FakeHttp;
import io.pharos.discovery.FakeHttp.Reply;
import io.pharos.discovery.Found;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.HttpDiscovery;
import io.pharos.runtime.http.HttpClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpSourceTest {
    private final FakeHttp server = new FakeHttp(_ -> Reply.json("[]"));
    private final Found found = new Found();

    @AfterEach
    void close() {
        found.close();
        server.close();
    }

    private void discover() {
        var config = new HttpDiscovery(HttpConfig.plain(), Duration.ofMillis(500), server.url() + "/list");
        found.run(HttpSource.of(config, new HttpClients("Prometheus/test", InstantSource.system()), found.meters));
    }

    @Test
    void groupsAreReadAndOnesThatWentAreTakenAway() throws Exception {
        server.script = _ -> Reply.json(
                "[{\"targets\":[\"a:1\"],\"labels\":{\"n\":\"1\",\"__meta_own\":\"m\"}},{\"targets\":[\"b:1\"]}]");
        discover();
        assertThat(Found.targets(found.await(groups -> groups.size() == 2)))
                .containsExactly(
                        "a:1[own=m, url=" + server.url() + "/list, n=1]", "b:1[url=" + server.url() + "/list]");
        server.script = _ -> Reply.json("[{\"targets\":[\"c:1\"]}]");
        found.await(groups -> groups.size() == 1);
        FakeHttp.Asked asked = server.asked.take();
        assertThat(asked.line()).isEqualTo("GET /list");
        assertThat(asked.headers())
                .containsEntry("accept", "application/json")
                .containsEntry("x-prometheus-refresh-interval-seconds", "0.5");
    }

    @Test
    void errorsKeepTheTargets() throws Exception {
        server.script = _ -> Reply.json("[{\"targets\":[\"a:1\"]}]");
        discover();
        found.await(groups -> groups.size() == 1);
        server.script = _ -> new Reply(500, "text/plain", Map.of(), "oops");
        assertThat(found.awaitFailure(1)).startsWith("server returned HTTP status 500");
        server.script = _ -> new Reply(200, "text/plain", Map.of(), "[]");
        found.awaitFailure(2);
        assertThat(found.awaitFailure(3)).isEqualTo("unsupported content type \"text/plain\"");
        assertThat(found.await(groups -> true)).hasSize(1);
        assertThat(found.meters
                        .get("prometheus_sd_http_failures_total")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(3);
    }
}
