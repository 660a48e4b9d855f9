package io.pharos.runtime.server;

import io.pharos.runtime.web.DirectRouter;
import java.util.List;
import org.springframework.core.codec.ByteArrayEncoder;
import org.springframework.core.codec.CharSequenceEncoder;
import org.springframework.core.codec.DataBufferDecoder;
import org.springframework.core.codec.DataBufferEncoder;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/// Puts the routers of all services behind one handler, below the route prefix.
final class Routes {
    private Routes() {}

    /// @param prefix `/` or `/some/path`, without a slash at its end
    static HttpHandler handler(List<RouterFunction<ServerResponse>> routers, List<WebFilter> filters, String prefix) {
        List<RouterFunction<ServerResponse>> inOrder = List.copyOf(routers);
        RouterFunction<ServerResponse> all = request -> find(inOrder, 0, request);
        if (!prefix.equals("/")) {
            all = RouterFunctions.nest(RequestPredicates.path(prefix), all).and(leading(prefix));
        }
        HandlerStrategies.Builder strategies = HandlerStrategies.builder().codecs(Routes::plain);
        for (WebFilter filter : filters) {
            strategies.webFilter(filter);
        }
        return RouterFunctions.toHttpHandler(all.and(notFound()), strategies.build());
    }

    /// Handlers read and write bytes and texts; what they mean is theirs. The codecs that Spring finds by itself would
    /// load two JSON libraries that no handler asks for.
    private static void plain(ServerCodecConfigurer codecs) {
        codecs.registerDefaults(false);
        var custom = codecs.customCodecs();
        custom.register(new ByteArrayEncoder());
        custom.register(new DataBufferEncoder());
        custom.register(CharSequenceEncoder.allMimeTypes());
        custom.register(new DataBufferDecoder());
    }

    /// The first router's handler that has one, from router `first` on.
    private static Mono<HandlerFunction<ServerResponse>> find(
            List<RouterFunction<ServerResponse>> routers, int first, ServerRequest request) {
        for (int i = first; i < routers.size(); i++) {
            if (routers.get(i) instanceof DirectRouter direct) {
                HandlerFunction<ServerResponse> handler = direct.find(request);
                if (handler != null) {
                    return Mono.just(handler);
                }
            } else {
                int next = i + 1;
                return routers.get(i).route(request).switchIfEmpty(Mono.defer(() -> find(routers, next, request)));
            }
        }
        return Mono.empty();
    }

    /// Leads from the root, and from the prefix without its slash, to the pages below the prefix.
    private static RouterFunction<ServerResponse> leading(String prefix) {
        return RouterFunctions.route(RequestPredicates.GET("/"), _ -> ServerResponse.status(HttpStatus.FOUND)
                        .header("Location", prefix)
                        .build())
                .and(RouterFunctions.route(
                        RequestPredicates.GET(prefix), _ -> ServerResponse.status(HttpStatus.MOVED_PERMANENTLY)
                                .header("Location", prefix + "/")
                                .build()));
    }

    /// What Go's mux answers.
    private static RouterFunction<ServerResponse> notFound() {
        return RouterFunctions.route(RequestPredicates.all(), request -> ServerResponse.status(HttpStatus.NOT_FOUND)
                .header("Content-Type", "text/plain; charset=utf-8")
                .header("X-Content-Type-Options", "nosniff")
                .bodyValue("404 page not found\n"));
    }
}
