package io.pharos.runtime.web;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/// Where an answer leaves. Status and headers are set first; what the other calls return sends when it is subscribed.
interface Outlet {
    void status(int status);

    HttpHeaders headers();

    Publisher<Void> send(ByteBuf whole);

    Publisher<Void> send(Publisher<ByteBuf> parts);

    Publisher<Void> sendNothing();

    /// The connection itself.
    record Connection(HttpServerResponse response) implements Outlet {
        @Override
        public void status(int status) {
            response.status(HttpResponseStatus.valueOf(status));
        }

        @Override
        public HttpHeaders headers() {
            return response.responseHeaders();
        }

        @Override
        public Publisher<Void> send(ByteBuf whole) {
            return response.sendObject(whole);
        }

        @Override
        public Publisher<Void> send(Publisher<ByteBuf> parts) {
            return response.send(parts);
        }

        @Override
        public Publisher<Void> sendNothing() {
            return response.send();
        }
    }

    /// Spring's view of it, which its filters look at and may have decorated.
    record Spring(ServerHttpResponse response) implements Outlet {
        @Override
        public void status(int status) {
            response.setRawStatusCode(status);
        }

        @Override
        public HttpHeaders headers() {
            HttpServerResponse inner = ServerHttpResponseDecorator.getNativeResponse(response);
            return inner.responseHeaders();
        }

        @Override
        public Publisher<Void> send(ByteBuf whole) {
            return response.writeWith(Mono.just(buffers().wrap(whole)));
        }

        @Override
        public Publisher<Void> send(Publisher<ByteBuf> parts) {
            NettyDataBufferFactory buffers = buffers();
            return response.writeWith(Flux.from(parts).map(buffers::wrap));
        }

        @Override
        public Publisher<Void> sendNothing() {
            return response.setComplete();
        }

        private NettyDataBufferFactory buffers() {
            return (NettyDataBufferFactory) response.bufferFactory();
        }
    }
}
