package io.pharos.alertmanager.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.alertmanager.cluster.ClusterView;
import io.pharos.alertmanager.group.Dispatcher;
import io.pharos.alertmanager.mute.Silence;
import io.pharos.alertmanager.mute.Silences;
import io.pharos.alertmanager.store.StateStore;
import io.pharos.model.alert.MatcherParser;
import io.pharos.model.text.GoText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.JsonNodeFactory;

/// Routes `/api/v2` to its handlers, with the frame of Alertmanager's server around them: methods, media types,
/// CORS, limits, metrics.
public final class AlertmanagerApi {
    /// How much is served at once, and how long one answer may take.
    ///
    /// @param gets how many GETs at a time
    /// @param timeout zero for no limit
    public record Limits(int gets, Duration timeout) {}

    private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerApi.class);
    private static final int MAX_BODY_BYTES = 64 << 20;
    private static final String PREFIX = "/api/v2";

    private final AlertsHandler alerts;
    private final SilencesHandler silences;
    private final StatusHandler status;
    private final HistoryHandler history;
    private final MatcherParser parser;
    private final Limits limits;
    /// How long a GET waits for another's end before it is refused: a burst is no overload.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// The paths of the first API, with their methods.
    private static final Map<String, List<String>> DEPRECATED = Map.of(
            "/api/v1/status", List.of("GET"),
            "/api/v1/receivers", List.of("GET"),
            "/api/v1/silences", List.of("GET", "POST"),
            "/api/v1/silence/{id}", List.of("DELETE", "GET"));

    private final Semaphore gets;
    private final Scheduler waiting;
    private final MeterRegistry meters;
    private final Counter limitExceeded;

    /// What the API shows and changes.
    ///
    /// @param changed keeps silences that changed and tells the replicas
    /// @param config the configuration in force, as YAML with defaults filled in and secrets hidden
    public record Subject(
            Dispatcher dispatcher,
            Silences silences,
            Consumer<List<Silence>> changed,
            Supplier<Duration> resolveTimeout,
            Supplier<ClusterView> cluster,
            Supplier<String> config,
            StateStore store) {}

    public static AlertmanagerApi of(
            Subject subject,
            MatcherParser parser,
            Limits limits,
            InstantSource time,
            Executor threads,
            MeterRegistry meters) {
        return new AlertmanagerApi(
                new AlertsHandler(
                        subject.dispatcher(),
                        subject.resolveTimeout(),
                        parser,
                        time,
                        (route, group) ->
                                subject.dispatcher().routeLabels(group).toMap(),
                        meters),
                new SilencesHandler(subject.silences(), subject.changed(), parser, time),
                new StatusHandler(subject.cluster(), subject.config(), BuildInfo.read(), time.instant()),
                new HistoryHandler(subject.store()),
                parser,
                limits,
                threads,
                meters);
    }

    AlertmanagerApi(
            AlertsHandler alerts,
            SilencesHandler silences,
            StatusHandler status,
            HistoryHandler history,
            MatcherParser parser,
            Limits limits,
            Executor threads,
            MeterRegistry meters) {
        this.alerts = alerts;
        this.silences = silences;
        this.status = status;
        this.history = history;
        this.parser = parser;
        this.limits = limits;
        this.gets = new Semaphore(limits.gets());
        this.waiting = Schedulers.fromExecutor(threads);
        this.meters = meters;
        Gauge.builder("alertmanager_http_requests_in_flight", gets, free -> limits.gets() - free.availablePermits())
                .description("Current number of HTTP requests being processed.")
                .tag("method", "get")
                .register(meters);
        this.limitExceeded = Counter.builder("alertmanager_http_concurrency_limit_exceeded_total")
                .description("Total number of times an HTTP request failed because the concurrency limit was reached.")
                .tag("method", "get")
                .register(meters);
    }

    /// The routes below `/api/v2`.
    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route(RequestPredicates.path(PREFIX), request -> ServerResponse.status(301)
                        .header(HttpHeaders.LOCATION, request.path() + "/")
                        .build())
                .and(RouterFunctions.route(RequestPredicates.path(PREFIX + "/{*rest}"), this::handle))
                .and(RouterFunctions.route(
                        RequestPredicates.GET("/api/pharos/v1/notifications"),
                        request -> own(() ->
                                history.deliveries(request.queryParam("limit").orElse("100")))))
                .and(RouterFunctions.route(
                        RequestPredicates.GET("/api/pharos/v1/alerts/{fingerprint}/history"),
                        request -> own(() -> history.events(request.pathVariable("fingerprint")))));
    }

    /// A path of the API: its methods, and what they are counted as.
    private record Endpoint(String path, List<String> methods, String id) {}

    private static Endpoint endpoint(String path) {
        return switch (path) {
            case "/alerts" -> new Endpoint("/alerts", List.of("GET", "POST"), "");
            case "/alerts/groups" -> new Endpoint("/alerts/groups", List.of("GET"), "");
            case "/receivers" -> new Endpoint("/receivers", List.of("GET"), "");
            case "/silences" -> new Endpoint("/silences", List.of("GET", "POST"), "");
            case "/status" -> new Endpoint("/status", List.of("GET"), "");
            default ->
                path.startsWith("/silence/") && path.indexOf('/', 9) < 0 && path.length() > 9
                        ? new Endpoint("/silence/{silenceID}", List.of("GET", "DELETE"), path.substring(9))
                        : new Endpoint("", List.of(), "");
        };
    }

    private Mono<ServerResponse> handle(ServerRequest request) {
        String path = request.pathVariable("rest");
        String full = PREFIX + path;
        Endpoint endpoint =
                endpoint(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        String method = request.method().name();
        HttpHeaders headers = request.headers().asHttpHeaders();
        String origin = headers.getOrigin();
        if (origin != null && method.equals("OPTIONS") && headers.getAccessControlRequestMethod() != null) {
            return preflight(headers);
        }
        if (!method.equals("GET") || gets.tryAcquire()) {
            return admitted(request, endpoint, full, method, headers, origin);
        }
        return Mono.fromCallable(() -> gets.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .subscribeOn(waiting)
                .flatMap(got -> got ? admitted(request, endpoint, full, method, headers, origin) : tooMany());
    }

    private Mono<ServerResponse> tooMany() {
        limitExceeded.increment();
        return ServerResponse.status(503)
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("Limit of concurrent GET requests reached (" + limits.gets() + "), try again later.\n");
    }

    private Mono<ServerResponse> admitted(
            ServerRequest request,
            Endpoint endpoint,
            String full,
            String method,
            HttpHeaders headers,
            @Nullable String origin) {
        long began = System.nanoTime();
        Mono<Answer> answer = answer(request, endpoint, full, method, headers);
        if (limits.timeout().isPositive()) {
            answer = answer.timeout(limits.timeout());
        }
        Mono<ServerResponse> response = answer.flatMap(found -> {
                    record(endpoint, method, found.status(), System.nanoTime() - began);
                    byte[] line = line(found);
                    size(endpoint, method, line.length);
                    return respond(found, line, origin);
                })
                .onErrorResume(TimeoutException.class, _ -> ServerResponse.status(503)
                        .contentType(MediaType.TEXT_PLAIN)
                        .bodyValue("Exceeded configured timeout of "
                                + GoText.duration(limits.timeout().toNanos()) + ".\n"));
        return method.equals("GET") ? response.doFinally(_ -> gets.release()) : response;
    }

    private Mono<Answer> answer(
            ServerRequest request, Endpoint endpoint, String full, String method, HttpHeaders headers) {
        if (endpoint.path().isEmpty()) {
            return Mono.just(Answer.frame(404, 404, "path " + full + " was not found"));
        }
        if (!endpoint.methods().contains(method)) {
            String allowed = String.join(",", endpoint.methods());
            var refusal = Answer.frame(405, 405, "method " + method + " is not allowed, but [" + allowed + "] are");
            return Mono.just(new Answer(405, refusal.body(), Map.of(HttpHeaders.ALLOW, allowed)));
        }
        List<MediaType> accepted = headers.getAccept();
        if (!accepted.isEmpty() && accepted.stream().noneMatch(type -> type.includes(MediaType.APPLICATION_JSON))) {
            return Mono.just(
                    Answer.frame(406, 406, "unsupported media type requested, only [application/json] are available"));
        }
        if (!method.equals("POST")) {
            return Mono.fromCallable(
                            () -> dispatch(endpoint, method, new Query(request.queryParams(), parser), new byte[0]))
                    .subscribeOn(waiting);
        }
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        return body(request).publishOn(waiting).map(bytes -> {
            String media = type == null ? "application/octet-stream" : type.split(";", 2)[0].strip();
            if (bytes.length > 0 && !media.equalsIgnoreCase("application/json")) {
                return Answer.frame(
                        415,
                        415,
                        "unsupported media type " + GoText.quote(media) + ", only [application/json] are allowed");
            }
            return dispatch(endpoint, method, new Query(request.queryParams(), parser), bytes);
        });
    }

    private Mono<ServerResponse> own(Callable<Answer> handler) {
        return Mono.fromCallable(() -> {
                    try {
                        return handler.call();
                    } catch (Answer.Refusal refusal) {
                        return refusal.answer();
                    }
                })
                .subscribeOn(waiting)
                .flatMap(answer -> respond(answer, line(answer), null));
    }

    private static Mono<byte[]> body(ServerRequest request) {
        return DataBufferUtils.join(request.body(BodyExtractors.toDataBuffers()), MAX_BODY_BYTES)
                .map(buffer -> {
                    var bytes = new byte[buffer.readableByteCount()];
                    buffer.read(bytes);
                    DataBufferUtils.release(buffer);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0]);
    }

    private Answer dispatch(Endpoint endpoint, String method, Query query, byte[] body) {
        try {
            return switch (endpoint.path()) {
                case "/alerts" -> method.equals("POST") ? alerts.post(body) : alerts.list(query);
                case "/alerts/groups" -> alerts.groups(query);
                case "/receivers" -> alerts.receivers(query);
                case "/silences" -> method.equals("POST") ? silences.post(body) : silences.list(query);
                case "/silence/{silenceID}" ->
                    method.equals("DELETE") ? silences.delete(endpoint.id()) : silences.get(endpoint.id());
                case "/status" -> status.get();
                default -> throw new IllegalStateException("bug: no handler of " + endpoint.path());
            };
        } catch (Answer.Refusal refusal) {
            return refusal.answer();
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", method, endpoint.path(), e);
            return Answer.text(500, String.valueOf(e.getMessage()));
        }
    }

    private void size(Endpoint endpoint, String method, int bytes) {
        DistributionSummary.builder("alertmanager_http_response_size_bytes")
                .description("Histogram of response size for HTTP requests.")
                .tag("handler", PREFIX + (endpoint.path().isEmpty() ? "/" : endpoint.path()))
                .tag("method", method.toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(100, 1000, 10_000, 100_000, 1e6, 1e7, 1e8)
                .register(meters)
                .record(bytes);
    }

    private void record(Endpoint endpoint, String method, int code, long nanos) {
        DistributionSummary.builder("alertmanager_http_request_duration_seconds")
                .description("Histogram of latencies for HTTP requests.")
                .tag("handler", PREFIX + (endpoint.path().isEmpty() ? "/" : endpoint.path()))
                .tag("method", method.toLowerCase(Locale.ROOT))
                .tag("code", Integer.toString(code))
                .serviceLevelObjectives(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
                .register(meters)
                .record(nanos / 1e9);
    }

    private static Mono<ServerResponse> preflight(HttpHeaders headers) {
        String wanted = String.valueOf(headers.getAccessControlRequestMethod());
        ServerResponse.BodyBuilder response = ServerResponse.status(204)
                .header(HttpHeaders.VARY, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        if (List.of("GET", "POST", "HEAD").contains(wanted)) {
            response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                    .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, wanted);
            List<String> asked = headers.getAccessControlRequestHeaders();
            if (!asked.isEmpty()) {
                response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, String.join(", ", asked));
            }
        }
        return response.build();
    }

    /// The body as it is sent; empty where there is none.
    private static byte[] line(Answer answer) {
        if (answer.body() == null) {
            return new byte[0];
        }
        byte[] json = Answer.JSON.writeValueAsBytes(answer.body());
        var line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    private static Mono<ServerResponse> respond(Answer answer, byte[] line, @Nullable String origin) {
        ServerResponse.BodyBuilder response = ServerResponse.status(answer.status())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.VARY, "Origin");
        if (origin != null) {
            response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
        answer.headers().forEach(response::header);
        if (answer.body() == null) {
            return response.build();
        }
        return response.header(HttpHeaders.CONTENT_TYPE, "application/json").bodyValue(line);
    }

    /// What Alertmanager answers on the paths of its first API.
    public static RouterFunction<ServerResponse> deprecated() {
        return deprecated("/api/v1/alerts", List.of("GET", "POST")).and(deprecatedBesidePrometheus());
    }

    /// The same for a server that has Prometheus' own API, whose alerts are at the path of Alertmanager's.
    public static RouterFunction<ServerResponse> deprecatedBesidePrometheus() {
        return DEPRECATED.entrySet().stream()
                .map(path -> deprecated(path.getKey(), path.getValue()))
                .reduce(RouterFunction::and)
                .orElseThrow();
    }

    private static RouterFunction<ServerResponse> deprecated(String path, List<String> methods) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("status", "deprecated");
        body.put(
                "error",
                "The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use"
                        + " the equivalent route in the v2 API");
        byte[] json = (Answer.JSON.writeValueAsString(body) + "\n").getBytes(StandardCharsets.UTF_8);
        return RouterFunctions.route(RequestPredicates.path(path), request -> {
            String method = request.method().name();
            if (methods.contains(method)) {
                return ServerResponse.status(410)
                        .header(HttpHeaders.CONTENT_TYPE, "application/json")
                        .bodyValue(json);
            }
            ServerResponse.BodyBuilder other = ServerResponse.status(method.equals("OPTIONS") ? 200 : 405)
                    .header(HttpHeaders.ALLOW, String.join(", ", methods) + ", OPTIONS");
            return method.equals("OPTIONS")
                    ? other.build()
                    : other.contentType(MediaType.TEXT_PLAIN).bodyValue("Method Not Allowed\n");
        });
    }
}
