package io.pharos.runtime.web;

import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// A router that knows at once. Spring's own composition asks one route after the other through a chain of publishers,
/// which costs more than most handlers.
public interface DirectRouter extends RouterFunction<ServerResponse> {
    /// The handler of a request, null where it has none; sets the attributes that Spring's routes set.
    @Nullable
    HandlerFunction<ServerResponse> find(ServerRequest request);

    @Override
    default Mono<HandlerFunction<ServerResponse>> route(ServerRequest request) {
        return Mono.justOrEmpty(find(request));
    }
}
