package io.pharos.runtime.web;

import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// A router that knows at once. Spring's own composition asks one route after the other through a chain of publishers,
/// which costs more than most handlers.
public interface DirectRouter extends RouterFunction<ServerResponse> {
    /// Told of requests that were served past Spring's filters.
    @FunctionalInterface
    interface Log {
        /// @param pattern of the route: `/api/v1/label/{name}/values`
        void answered(String pattern, int status, long nanos);
    }

    /// Has no routes.
    DirectRouter NONE = new DirectRouter() {
        @Override
        public @Nullable HandlerFunction<ServerResponse> find(ServerRequest request) {
            return null;
        }

        @Override
        public @Nullable Mono<Void> serve(String path, HttpServerRequest in, HttpServerResponse out, Log log) {
            return null;
        }
    };

    /// The handler of a request, null where it has none; sets the attributes that Spring's routes set.
    @Nullable
    HandlerFunction<ServerResponse> find(ServerRequest request);

    /// Serves a request on the connection itself. Null where there is no such route, or where it takes Spring's
    /// dispatch to tell: then nothing has been done.
    ///
    /// @param path below the route prefix, as it was sent
    @Nullable
    Mono<Void> serve(String path, HttpServerRequest in, HttpServerResponse out, Log log);

    @Override
    default Mono<HandlerFunction<ServerResponse>> route(ServerRequest request) {
        return Mono.justOrEmpty(find(request));
    }
}
