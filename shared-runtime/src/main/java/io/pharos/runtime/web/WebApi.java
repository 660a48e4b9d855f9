package io.pharos.runtime.web;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// Runs [ApiHandler]s behind routes: reads parameters, gives each request a virtual thread, and writes its
/// [Answer] with Prometheus' envelope, headers and compression, streaming what is long. Thread-safe.
public final class WebApi {
    /// As much of a posted form as Go reads.
    private static final int MAX_FORM_BYTES = 10 << 20;

    private static final byte[] NO_BODY = new byte[0];

    private final CrossOrigin crossOrigin;

    /// @param corsOrigin `--web.cors.origin`: an expression, anchored, of the origins that may call
    public WebApi(String corsOrigin) {
        this.crossOrigin = new CrossOrigin(corsOrigin);
    }

    /// Routes to build; see the package.
    public ApiRoutes routes() {
        return new ApiRoutes(this);
    }

    /// What a request is asked with.
    private record Target(String path, String query, Map<String, String> variables, ApiHandler handler, int maxBody) {}

    /// Serves a request on the connection itself.
    Mono<Void> serve(
            String pattern,
            Map<String, String> variables,
            HttpServerRequest in,
            HttpServerResponse out,
            ApiHandler handler,
            int maxBodyBytes,
            DirectRouter.Log log) {
        long begun = System.nanoTime();
        String uri = in.uri();
        int mark = uri.indexOf('?');
        var target = new Target(
                mark < 0 ? uri : uri.substring(0, mark),
                mark < 0 ? "" : uri.substring(mark + 1),
                variables,
                handler,
                maxBodyBytes);
        return exchange(
                in,
                new Outlet.Connection(out),
                target,
                status -> log.answered(pattern, status, System.nanoTime() - begun));
    }

    /// Serves a request that came through Spring's dispatch, whose filters see the response.
    Mono<ServerResponse> handle(ServerRequest request, ApiHandler handler, int maxBodyBytes) {
        String query = request.uri().getRawQuery();
        var target = new Target(
                request.uri().getRawPath(),
                query == null ? "" : query,
                Map.copyOf(request.pathVariables()),
                handler,
                maxBodyBytes);
        HttpServerRequest in =
                ServerHttpRequestDecorator.getNativeRequest(request.exchange().getRequest());
        return Mono.just(
                new Handed(exchange -> exchange(in, new Outlet.Spring(exchange.getResponse()), target, _ -> {})));
    }

    /// Status 204 with the cross-origin headers.
    Mono<ServerResponse> options(ServerRequest request) {
        return handle(request, _ -> new Answer.Empty(), 0);
    }

    private Mono<Void> exchange(HttpServerRequest in, Outlet outlet, Target target, Exchange.Listener listener) {
        boolean isForm = isForm(in);
        if (target.maxBody == 0 && !isForm) {
            return new Exchange(
                    crossOrigin, in, outlet, () -> target.handler.answer(request(in, target, "", NO_BODY)), listener);
        }
        int limit = target.maxBody == 0 ? MAX_FORM_BYTES : target.maxBody;
        return in.receive()
                .collect(() -> new Body(in, limit), Body::add)
                .flatMap(body -> new Exchange(
                        crossOrigin,
                        in,
                        outlet,
                        () -> target.handler.answer(request(
                                in,
                                target,
                                isForm ? new String(body.bytes(), StandardCharsets.UTF_8) : "",
                                target.maxBody == 0 ? NO_BODY : body.bytes())),
                        listener))
                .onErrorResume(
                        ApiException.class,
                        e -> new Exchange(
                                crossOrigin,
                                in,
                                outlet,
                                () -> new Answer.Failure(e.error(), e.text(), null),
                                listener));
    }

    // ---- reading

    private static boolean isForm(HttpServerRequest in) {
        HttpMethod method = in.method();
        if (method != HttpMethod.POST && method != HttpMethod.PUT && method != HttpMethod.PATCH) {
            return false;
        }
        String type = in.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && type.startsWith("application/x-www-form-urlencoded");
    }

    /// A body as it comes in.
    private static final class Body {
        private final int limit;
        private byte[] bytes;
        private int used;

        Body(HttpServerRequest in, int limit) {
            this.limit = limit;
            String announced = in.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
            int expected = announced != null && announced.length() < 10 ? Integer.parseInt(announced) : 8192;
            bytes = new byte[Math.min(expected, Math.min(limit, 1 << 20))];
        }

        void add(ByteBuf part) {
            int n = part.readableBytes();
            if (n > limit - used) {
                throw new ApiException(
                        ApiError.BAD_DATA, "http: request body too large: more than " + limit + " bytes; send less");
            }
            if (used + n > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max((long) bytes.length * 2, used + n)));
            }
            part.readBytes(bytes, used, n);
            used += n;
        }

        byte[] bytes() {
            return used == bytes.length ? bytes : Arrays.copyOf(bytes, used);
        }
    }

    private static ApiRequest request(HttpServerRequest in, Target target, String form, byte[] body) {
        Parameters inUrl = Parameters.decode(target.query);
        return new ApiRequest(
                in.method().name(),
                target.path,
                target.variables,
                in.requestHeaders(),
                form.isEmpty() ? inUrl : Parameters.decode(form, target.query),
                inUrl,
                body,
                host(in.remoteAddress()));
    }

    private static String host(@Nullable InetSocketAddress address) {
        if (address == null) {
            return "";
        }
        return address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
    }

    /// An exchange as Spring's dispatch takes it.
    private record Handed(Sending sending) implements ServerResponse {
        /// Serves into what Spring has of the response.
        @FunctionalInterface
        private interface Sending {
            Mono<Void> into(ServerWebExchange exchange);
        }

        @Override
        public HttpStatusCode statusCode() {
            return HttpStatus.OK;
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.EMPTY;
        }

        @Override
        public MultiValueMap<String, ResponseCookie> cookies() {
            return new LinkedMultiValueMap<>();
        }

        @Override
        public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
            return sending.into(exchange);
        }
    }
}
