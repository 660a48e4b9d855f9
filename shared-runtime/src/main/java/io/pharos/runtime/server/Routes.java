package io.pharos.runtime.server;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/// Puts the routers of all services behind one handler, below the route prefix.
final class Routes {
    private Routes() {}

    /// @param prefix `/` or `/some/path`, without a slash at its end
    static HttpHandler handler(List<RouterFunction<ServerResponse>> routers, List<WebFilter> filters, String prefix) {
        RouterFunction<ServerResponse> all = request -> Mono.empty();
        for (RouterFunction<ServerResponse> router : routers) {
            all = all.and(router);
        }
        if (!prefix.equals("/")) {
            all = RouterFunctions.nest(RequestPredicates.path(prefix), all);
        }
        HandlerStrategies.Builder strategies = HandlerStrategies.builder();
        for (WebFilter filter : filters) {
            strategies.webFilter(filter);
        }
        return RouterFunctions.toHttpHandler(all.and(notFound()), strategies.build());
    }

    /// What Go's mux answers.
    private static RouterFunction<ServerResponse> notFound() {
        return RouterFunctions.route(RequestPredicates.all(), request -> ServerResponse.status(HttpStatus.NOT_FOUND)
                .header("Content-Type", "text/plain; charset=utf-8")
                .header("X-Content-Type-Options", "nosniff")
                .bodyValue("404 page not found\n"));
    }
}
