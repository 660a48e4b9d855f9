package io.pharos.runtime.server;

import io.pharos.runtime.web.DirectRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// Leads a request to its route: past Spring's dispatch and filters where a [ServerConfiguration.Bypass] says that
/// they would only let it through, and where the routers that come first are [DirectRouter]s that have it; else to
/// Spring.
///
/// Most of the time that a request takes just after the start goes by in code that is not compiled yet. Spring's way
/// to a handler and back was half of that code.
final class Dispatch implements BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>> {
    private final List<DirectRouter> direct = new ArrayList<>();
    private final ServerConfiguration.@Nullable Bypass bypass;
    private final String prefix;
    private final ReactorHttpHandlerAdapter spring;

    /// @param routers in their order
    /// @param prefix of every route, `/` for none
    Dispatch(
            List<RouterFunction<ServerResponse>> routers,
            ServerConfiguration.@Nullable Bypass bypass,
            String prefix,
            HttpHandler spring) {
        for (RouterFunction<ServerResponse> router : routers) {
            if (!(router instanceof DirectRouter known)) {
                break;
            }
            direct.add(known);
        }
        this.bypass = bypass;
        this.prefix = prefix.equals("/") ? "" : prefix;
        this.spring = new ReactorHttpHandlerAdapter(spring);
    }

    @Override
    public Mono<Void> apply(HttpServerRequest in, HttpServerResponse out) {
        ServerConfiguration.Bypass open = bypass;
        if (open != null && open.isOpen()) {
            String uri = in.uri();
            int mark = uri.indexOf('?');
            String path = mark < 0 ? uri : uri.substring(0, mark);
            if (path.startsWith(prefix)) {
                String inner = prefix.isEmpty() ? path : path.substring(prefix.length());
                for (DirectRouter router : direct) {
                    Mono<Void> served = router.serve(inner, in, out, open);
                    if (served != null) {
                        return served;
                    }
                }
            }
        }
        return spring.apply(in, out);
    }
}
