package io.pharos.discovery.consul;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pharos.model.config.ConsulDiscovery;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The calls of Consul's HTTP API that discovery makes.
final class ConsulApi {
    /// How long Consul may hold an answer back while nothing changes.
    private static final Duration WATCH = Duration.ofMinutes(2);

    private static final Duration SLACK = Duration.ofSeconds(15);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// An answer and the index it is of.
    record Indexed(JsonNode body, long index) {}

    private final ConsulDiscovery config;
    private final HttpSender sender;
    private final MeterRegistry meters;
    private final Counter failures;

    ConsulApi(ConsulDiscovery config, HttpSender sender, MeterRegistry meters) {
        this.config = config;
        this.sender = sender;
        this.meters = meters;
        this.failures = Counter.builder("prometheus_sd_consul_rpc_failures_total")
                .description("The number of Consul RPC call failures.")
                .register(meters);
    }

    /// The datacenter of the agent asked.
    String datacenter() throws IOException, InterruptedException {
        JsonNode self = call("agent", "self", "/v1/agent/self", List.of()).body();
        String datacenter = self.path("Config").path("Datacenter").asString("");
        if (datacenter.isEmpty()) {
            throw new IOException("Consul's agent does not say which datacenter it is in; configure 'datacenter'");
        }
        return datacenter;
    }

    /// Names of services with their tags, once they are not those of `index` any more.
    Indexed services(long index) throws IOException, InterruptedException {
        List<String> parameters = blocking(index);
        if (!config.filter().isEmpty()) {
            parameters.add("filter=" + encode(config.filter()));
        }
        return call("catalog", "services", "/v1/catalog/services", parameters);
    }

    /// The nodes of a service with their checks, once they are not those of `index` any more.
    Indexed health(String service, long index) throws IOException, InterruptedException {
        List<String> parameters = blocking(index);
        config.tags().forEach(tag -> parameters.add("tag=" + encode(tag)));
        if (!config.healthFilter().isEmpty()) {
            parameters.add("filter=" + encode(config.healthFilter()));
        }
        String path = "/v1/health/service/" + encode(service).replace("+", "%20");
        return call("health", "service", path, parameters);
    }

    private List<String> blocking(long index) {
        var parameters = new ArrayList<String>();
        if (config.allowStale()) {
            parameters.add("stale=");
        }
        if (index > 0) {
            parameters.add("index=" + index);
        }
        parameters.add("wait=" + WATCH.toMillis() + "ms");
        config.nodeMeta().forEach((name, value) -> parameters.add("node-meta=" + encode(name + ":" + value)));
        return parameters;
    }

    private Indexed call(String endpoint, String call, String path, List<String> parameters)
            throws IOException, InterruptedException {
        var all = new ArrayList<>(parameters);
        add(all, "dc", config.datacenter());
        add(all, "ns", config.namespace());
        add(all, "partition", config.partition());
        String url = config.scheme() + "://" + config.server() + config.pathPrefix() + path
                + (all.isEmpty() ? "" : "?" + String.join("&", all));
        long startNs = System.nanoTime();
        try {
            HttpReply answer = sender.call(new HttpCall(
                    "GET", url, headers(), new byte[0], WATCH.plus(SLACK), HttpCall.DEFAULT_MAX_BODY_BYTES));
            if (answer.status() != 200) {
                throw new IOException("Unexpected response code: " + answer.status() + " (" + excerpt(answer) + ")");
            }
            return new Indexed(JSON.readTree(answer.body()), index(answer));
        } catch (JacksonException e) {
            failures.increment();
            throw new IOException(url + " answered what is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            failures.increment();
            throw e;
        } finally {
            Timer.builder("prometheus_sd_consul_rpc_duration_seconds")
                    .description("The duration of a Consul RPC call in seconds.")
                    .tag("endpoint", endpoint)
                    .tag("call", call)
                    .publishPercentiles(0.5, 0.9, 0.99)
                    .register(meters)
                    .record(Duration.ofNanos(System.nanoTime() - startNs));
        }
    }

    private Map<String, String> headers() {
        var headers = new HashMap<String, String>();
        headers.put("Accept", "application/json");
        if (config.token().isSet()) {
            headers.put("X-Consul-Token", config.token().value());
        }
        if (!config.username().isEmpty() || config.password().isSet()) {
            String pair = config.username() + ":" + config.password().value();
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return headers;
    }

    private static long index(HttpReply answer) {
        try {
            return Math.max(0, Long.parseLong(answer.header("X-Consul-Index")));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static void add(List<String> parameters, String name, String value) {
        if (!value.isEmpty()) {
            parameters.add(name + "=" + encode(value));
        }
    }

    private static String excerpt(HttpReply answer) {
        String text = answer.text().strip();
        return text.substring(0, Math.min(200, text.length()));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
