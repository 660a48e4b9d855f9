package io.pharos.query.api;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiHandler;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.ApiRoutes;
import io.pharos.runtime.web.WebApi;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/// Passes the paths of other services on to them, so that Grafana, clients of the API and the UI need one address. In
/// `standalone` nothing is relayed.
///
/// A path has one of three policies: `one` node answers (the next one where it can't be reached); `all` must take it,
/// because every storage replica holds everything, and the first failure is the answer; the answers of all are merged
/// ([MergedAnswers]), and nodes that can't be reached are named in a warning.
public final class ApiRelay {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /// As much as a remote-write or OTLP request may have.
    private static final int MAX_BODY_BYTES = 32 << 20;

    private static final List<String> PASSED_ON = List.of(
            "Accept",
            "Content-Type",
            "Content-Encoding",
            "User-Agent",
            "X-Prometheus-Remote-Write-Version",
            "X-Prometheus-Remote-Read-Version");
    private static final List<String> PASSED_BACK = List.of(
            "Content-Encoding",
            "X-Prometheus-Remote-Write-Samples-Written",
            "X-Prometheus-Remote-Write-Histograms-Written",
            "X-Prometheus-Remote-Write-Exemplars-Written");

    private final Function<String, List<String>> nodes;
    private final HttpSender sender;
    private final String prefix;

    /// @param nodes base URLs of a service's nodes by its name, at least one; fails with [ApiException] where none is
    ///     known
    /// @param prefix the route prefix of this program, which others do not have; `/` for none
    public ApiRelay(Function<String, List<String>> nodes, HttpSender sender, String prefix) {
        this.nodes = nodes;
        this.sender = sender;
        this.prefix = prefix.equals("/") ? "" : prefix;
    }

    public RouterFunction<ServerResponse> router(WebApi web) {
        ApiRoutes routes = web.routes()
                .get("/api/v1/targets", merged("scraper"))
                .get("/api/v1/targets/metadata", merged("scraper"))
                .get("/api/v1/targets/relabel_steps", one("scraper"))
                .get("/api/v1/scrape_pools", merged("scraper"))
                .get("/api/v1/scrape_pools/config", one("scraper"))
                .get("/api/v1/metadata", merged("scraper"))
                .get("/api/v1/rules", merged("rule"))
                .get("/api/v1/alerts", merged("rule"))
                .get("/api/v1/alertmanagers", merged("rule"))
                .get("/api/v1/status/tsdb", one("storage"))
                .get("/api/v1/status/tsdb/blocks", one("storage"))
                .get("/api/v1/status/walreplay", one("storage"))
                .post("/api/v1/read", MAX_BODY_BYTES, one("storage"))
                .post("/api/v1/write", MAX_BODY_BYTES, all("storage"))
                .post("/api/v1/otlp/v1/metrics", MAX_BODY_BYTES, all("storage"));
        for (String action : List.of("delete_series", "clean_tombstones", "snapshot")) {
            routes.post("/api/v1/admin/tsdb/" + action, MAX_BODY_BYTES, all("storage"))
                    .put("/api/v1/admin/tsdb/" + action, all("storage"));
        }
        for (String path : List.of("status", "receivers", "alerts/groups", "silence/{id}")) {
            routes.get("/api/v2/" + path, one("alertmanager"));
        }
        return routes.get("/api/v2/alerts", one("alertmanager"))
                .post("/api/v2/alerts", MAX_BODY_BYTES, all("alertmanager"))
                .get("/api/v2/silences", one("alertmanager"))
                .post("/api/v2/silences", MAX_BODY_BYTES, one("alertmanager"))
                .delete("/api/v2/silence/{id}", one("alertmanager"))
                .build();
    }

    private ApiHandler one(String service) {
        return request -> {
            ApiException failure = null;
            for (String node : nodes.apply(service)) {
                try {
                    return passedBack(call(node, request));
                } catch (IOException e) {
                    failure = unreachable(node, e);
                }
            }
            throw failure == null ? new ApiException(ApiError.UNAVAILABLE, "no " + service + " is known") : failure;
        };
    }

    private ApiHandler all(String service) {
        return request -> {
            HttpReply answer = null;
            for (Attempt attempt : askAll(service, request)) {
                HttpReply reply = attempt.reply();
                if (reply == null) {
                    throw attempt.failure();
                }
                if (answer == null || answer.isSuccess() && !reply.isSuccess()) {
                    answer = reply;
                }
            }
            if (answer == null) {
                throw new ApiException(ApiError.UNAVAILABLE, "no " + service + " is known");
            }
            return passedBack(answer);
        };
    }

    private ApiHandler merged(String service) {
        return request -> {
            var bodies = new ArrayList<byte[]>();
            var warnings = new ArrayList<String>();
            ApiException failure = null;
            for (Attempt attempt : askAll(service, request)) {
                HttpReply reply = attempt.reply();
                if (reply == null) {
                    failure = attempt.failure();
                    warnings.add(failure.text());
                } else if (!reply.isSuccess()) {
                    // What one node refuses, all refuse.
                    return passedBack(reply);
                } else {
                    bodies.add(reply.body());
                }
            }
            if (bodies.isEmpty()) {
                throw failure == null ? new ApiException(ApiError.UNAVAILABLE, "no " + service + " is known") : failure;
            }
            String data = MergedAnswers.data(bodies);
            return Answer.data(out -> out.raw(data), warnings);
        };
    }

    private record Attempt(@Nullable HttpReply reply, ApiException failure) {}

    private List<Attempt> askAll(String service, ApiRequest request) throws InterruptedException {
        List<String> urls = nodes.apply(service);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpReply>> futures = urls.stream()
                    .map(node -> threads.submit(() -> call(node, request)))
                    .toList();
            var attempts = new ArrayList<Attempt>();
            for (int i = 0; i < urls.size(); i++) {
                var none = new ApiException(ApiError.INTERNAL, "bug: no failure");
                try {
                    attempts.add(new Attempt(futures.get(i).get(), none));
                } catch (ExecutionException e) {
                    attempts.add(new Attempt(null, unreachable(urls.get(i), e.getCause())));
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    throw e;
                }
            }
            return attempts;
        }
    }

    private HttpReply call(String node, ApiRequest request) throws IOException, InterruptedException {
        String path = request.path().startsWith(prefix) ? request.path().substring(prefix.length()) : request.path();
        String query = request.query().encoded();
        var headers = new HashMap<String, String>();
        for (String name : PASSED_ON) {
            String value = request.header(name);
            if (!value.isEmpty()) {
                headers.put(name, value);
            }
        }
        return sender.call(new HttpCall(
                request.method(),
                node + path + (query.isEmpty() ? "" : "?" + query),
                headers,
                request.body(),
                TIMEOUT,
                HttpCall.DEFAULT_MAX_BODY_BYTES));
    }

    private static ApiException unreachable(String node, @Nullable Throwable cause) {
        String why = cause == null ? "" : ": " + cause.getMessage();
        return new ApiException(ApiError.UNAVAILABLE, node + " cannot be reached" + why, cause);
    }

    private static Answer passedBack(HttpReply reply) {
        if (reply.status() == 204) {
            return Answer.empty();
        }
        var headers = new HashMap<String, String>();
        for (String name : PASSED_BACK) {
            if (!reply.header(name).isEmpty()) {
                headers.put(name, reply.header(name));
            }
        }
        return new Answer.Raw(
                reply.status(), reply.header("Content-Type"), Map.copyOf(headers), out -> out.write(reply.body()));
    }
}
