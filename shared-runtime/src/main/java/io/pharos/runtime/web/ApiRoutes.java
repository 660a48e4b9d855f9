package io.pharos.runtime.web;

import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// Routes under construction. Paths are Spring's patterns (`/api/v1/label/{name}/values`). A known path with
/// another method answers 405 and `Allow`; `OPTIONS` of every path answers 204 with the cross-origin headers; a
/// slash too many at the end redirects, as Go's router does.
public final class ApiRoutes {
    private record Target(ApiHandler handler, int maxBodyBytes) {}

    private final WebApi web;
    private final Map<String, TreeMap<String, Target>> paths = new LinkedHashMap<>();

    ApiRoutes(WebApi web) {
        this.web = web;
    }

    public ApiRoutes get(String path, ApiHandler handler) {
        return add(path, "GET", handler, 0);
    }

    /// `POST` with a form or without a body.
    public ApiRoutes post(String path, ApiHandler handler) {
        return add(path, "POST", handler, 0);
    }

    /// `POST` with a body of any type, up to a size; the handler finds it in [ApiRequest#body()].
    public ApiRoutes post(String path, int maxBodyBytes, ApiHandler handler) {
        return add(path, "POST", handler, maxBodyBytes);
    }

    public ApiRoutes put(String path, ApiHandler handler) {
        return add(path, "PUT", handler, 0);
    }

    public ApiRoutes delete(String path, ApiHandler handler) {
        return add(path, "DELETE", handler, 0);
    }

    public ApiRoutes head(String path, ApiHandler handler) {
        return add(path, "HEAD", handler, 0);
    }

    /// `GET` and `POST` alike, as Prometheus' query endpoints are.
    public ApiRoutes getAndPost(String path, ApiHandler handler) {
        return get(path, handler).post(path, handler);
    }

    private ApiRoutes add(String path, String method, ApiHandler handler, int maxBodyBytes) {
        Target before =
                paths.computeIfAbsent(path, p -> new TreeMap<>()).put(method, new Target(handler, maxBodyBytes));
        if (before != null) {
            throw new IllegalArgumentException("bug: two handlers for " + method + " " + path);
        }
        return this;
    }

    /// What is built answers [DirectRouter], so that a request is led to its handler without trying route after route.
    public RouterFunction<ServerResponse> build() {
        var literal = new HashMap<String, Route>();
        var patterns = new ArrayList<Route>();
        paths.forEach((path, targets) -> {
            String[] segments = path.split("/", -1);
            boolean isLiteral = path.indexOf('{') < 0 && path.indexOf('*') < 0 && path.indexOf('?') < 0;
            boolean isPlain = Arrays.stream(segments).allMatch(ApiRoutes::isPlain);
            var route = new Route(path, isPlain ? segments : null, RequestPredicates.path(path), targets);
            if (isLiteral) {
                literal.put(path, route);
            } else {
                patterns.add(route);
            }
        });
        return new Built(web, literal, patterns);
    }

    /// Whether it is a literal, or a variable that is a segment whole.
    private static boolean isPlain(String segment) {
        return segment.matches("[^{}*?]*|\\{[A-Za-z]+\\}");
    }

    /// @param segments of a path that can be compared segment by segment, null for others
    private record Route(
            String path, String @Nullable [] segments, RequestPredicate predicate, TreeMap<String, Target> targets) {
        /// The variables' values, null where the path is another.
        private @Nullable Map<String, String> match(String[] asked) {
            if (segments == null || segments.length != asked.length) {
                return null;
            }
            for (int i = 0; i < segments.length; i++) {
                if (segments[i].startsWith("{") ? asked[i].isEmpty() : !segments[i].equals(asked[i])) {
                    return null;
                }
            }
            var variables = new HashMap<String, String>();
            for (int i = 0; i < segments.length; i++) {
                if (segments[i].startsWith("{")) {
                    variables.put(segments[i].substring(1, segments[i].length() - 1), asked[i]);
                }
            }
            return variables;
        }
    }

    private record Built(WebApi web, Map<String, Route> literal, List<Route> patterns) implements DirectRouter {
        @Override
        public @Nullable Mono<Void> serve(String path, HttpServerRequest in, HttpServerResponse out, Log log) {
            Route route = literal.get(path);
            Map<String, String> variables = Map.of();
            if (route == null && !patterns.isEmpty() && path.indexOf('%') < 0 && path.indexOf(';') < 0) {
                String[] segments = path.split("/", -1);
                for (Route pattern : patterns) {
                    Map<String, String> found = pattern.match(segments);
                    if (found != null) {
                        route = pattern;
                        variables = found;
                        break;
                    }
                }
            }
            // Bodies of HEAD are Spring's to leave out.
            if (route == null || in.method() == HttpMethod.HEAD) {
                return null;
            }
            Target target = route.targets.get(in.method().name());
            return target == null
                    ? null
                    : web.serve(route.path, variables, in, out, target.handler, target.maxBodyBytes, log);
        }

        @Override
        public @Nullable HandlerFunction<ServerResponse> find(ServerRequest request) {
            String path = request.requestPath().pathWithinApplication().value();
            Route exact = literal.get(path);
            if (exact != null && exact.predicate.test(request)) {
                return asked -> dispatch(asked, exact.targets);
            }
            for (Route route : patterns) {
                if (route.predicate.test(request)) {
                    return asked -> dispatch(asked, route.targets);
                }
            }
            if (path.indexOf('%') >= 0) {
                for (Route route : literal.values()) {
                    if (route.predicate.test(request)) {
                        return asked -> dispatch(asked, route.targets);
                    }
                }
            }
            return null;
        }

        private Mono<ServerResponse> dispatch(ServerRequest request, TreeMap<String, Target> targets) {
            Target target = targets.get(request.method().name());
            if (target != null) {
                return web.handle(request, target.handler(), target.maxBodyBytes());
            }
            if (request.method().name().equals("OPTIONS")) {
                return web.options(request);
            }
            List<String> allowed = new ArrayList<>(targets.keySet());
            allowed.add("OPTIONS");
            allowed.sort(null);
            return ServerResponse.status(405)
                    .header("Allow", String.join(", ", allowed))
                    .header("Content-Type", "text/plain; charset=utf-8")
                    .header("X-Content-Type-Options", "nosniff")
                    .bodyValue("Method Not Allowed\n");
        }
    }
}
