package io.pharos.runtime.web;

import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.wire.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Runs [ApiHandler]s behind routes: reads parameters, gives each request a virtual thread, and writes its
/// [Answer] with Prometheus' envelope, headers and compression, streaming what is long. Thread-safe.
public final class WebApi {
    private static final Logger LOG = LoggerFactory.getLogger(WebApi.class);

    /// As much of a posted form as Go reads.
    private static final int MAX_FORM_BYTES = 10 << 20;

    private static final int SHOWN_ANNOTATIONS = 10;

    private final CrossOrigin crossOrigin;

    /// @param corsOrigin `--web.cors.origin`: an expression, anchored, of the origins that may call
    public WebApi(String corsOrigin) {
        this.crossOrigin = new CrossOrigin(corsOrigin);
    }

    /// Routes to build; see the package.
    public ApiRoutes routes() {
        return new ApiRoutes(this);
    }

    /// Answers with the success envelope, or with that of an error: what a handler gets that is called without a route.
    Mono<ServerResponse> handle(ServerRequest request, ApiHandler handler, int maxBodyBytes) {
        return read(request, maxBodyBytes)
                .flatMap(read -> Mono.<ServerResponse>create(sink -> start(request, read, handler, sink)))
                .onErrorResume(ApiException.class, e -> small(request, new Answer.Failure(e.error(), e.text(), null)));
    }

    /// Status 204 with the cross-origin headers.
    Mono<ServerResponse> options(ServerRequest request) {
        return small(request, new Answer.Empty());
    }

    private Mono<ServerResponse> small(ServerRequest request, Answer answer) {
        return Mono.create(sink -> start(request, null, _ -> answer, sink));
    }

    // ---- reading

    private static Mono<ApiRequest> read(ServerRequest request, int maxBodyBytes) {
        String method = request.method().name();
        String raw = request.uri().getRawQuery();
        String query = raw == null ? "" : raw;
        boolean isForm = (method.equals("POST") || method.equals("PUT") || method.equals("PATCH"))
                && header(request, HttpHeaders.CONTENT_TYPE).startsWith("application/x-www-form-urlencoded");
        if (maxBodyBytes == 0 && !isForm) {
            return Mono.just(request(request, method, query, "", new byte[0]));
        }
        int limit = maxBodyBytes == 0 ? MAX_FORM_BYTES : maxBodyBytes;
        Flux<DataBuffer> body = request.body((message, _) -> message.getBody());
        return DataBufferUtils.join(body, limit)
                .map(WebApi::bytes)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> request(
                        request,
                        method,
                        query,
                        isForm ? new String(bytes, StandardCharsets.UTF_8) : "",
                        maxBodyBytes == 0 ? new byte[0] : bytes))
                .onErrorMap(
                        DataBufferLimitException.class,
                        e -> new ApiException(
                                ApiError.BAD_DATA,
                                "http: request body too large: more than " + limit + " bytes; send less",
                                e));
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static ApiRequest request(ServerRequest request, String method, String query, String form, byte[] body) {
        Parameters inUrl = Parameters.decode(query);
        String client = request.remoteAddress().map(WebApi::host).orElse("");
        return new ApiRequest(
                method,
                request.uri().getRawPath(),
                Map.copyOf(request.pathVariables()),
                request.headers().asHttpHeaders(),
                form.isEmpty() ? inUrl : Parameters.decode(form, query),
                inUrl,
                body,
                client);
    }

    private static String host(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
    }

    private static String header(ServerRequest request, String name) {
        String value = request.headers().firstHeader(name);
        return value == null ? "" : value;
    }

    // ---- answering

    private void start(
            ServerRequest request, @Nullable ApiRequest read, ApiHandler handler, MonoSink<ServerResponse> sink) {
        var exchange = new Exchange(sink);
        Thread thread = Thread.ofVirtual()
                .name("api")
                .unstarted(() -> respond(request, answer(request, read, handler), exchange));
        sink.onCancel(() -> {
            exchange.clientWentAway();
            thread.interrupt();
        });
        thread.start();
    }

    /// The client's side of a request that a thread works on.
    private static final class Exchange {
        private final MonoSink<ServerResponse> sink;
        private @Nullable BodyStream body;
        private boolean gone;

        Exchange(MonoSink<ServerResponse> sink) {
            this.sink = sink;
        }

        synchronized void clientWentAway() {
            gone = true;
            if (body != null) {
                body.cancel();
            }
        }

        synchronized void attach(BodyStream stream) {
            body = stream;
            if (gone) {
                stream.cancel();
            }
        }
    }

    private static Answer answer(ServerRequest request, @Nullable ApiRequest read, ApiHandler handler) {
        try {
            return handler.answer(
                    read == null ? request(request, request.method().name(), "", "", new byte[0]) : read);
        } catch (ApiException e) {
            return new Answer.Failure(e.error(), e.text(), null);
        } catch (InterruptedException e) {
            return new Answer.Failure(ApiError.CANCELED, "the client went away", null);
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            LOG.error("bug: {} {} failed", request.method(), request.path(), e);
            return new Answer.Failure(ApiError.INTERNAL, "unexpected error: " + e, null);
        }
    }

    private void respond(ServerRequest request, Answer answer, Exchange exchange) {
        MonoSink<ServerResponse> sink = exchange.sink;
        if (answer instanceof Answer.Empty) {
            ServerResponse.noContent()
                    .headers(h -> headers(request, Compression.NONE, Map.of(), h))
                    .build()
                    .subscribe(sink::success, sink::error);
            return;
        }
        boolean encoded = answer instanceof Answer.Raw raw && raw.headers().containsKey(HttpHeaders.CONTENT_ENCODING);
        Compression compression =
                encoded ? Compression.NONE : Compression.accepted(header(request, HttpHeaders.ACCEPT_ENCODING));
        var body = new BodyStream(b -> begin(request, answer, compression, BodyInserters.fromDataBuffers(b), sink));
        exchange.attach(body);
        try {
            try (OutputStream out = compression.wrap(body)) {
                write(answer, out);
            }
            byte[] whole = body.end();
            if (whole != null) {
                Flux<DataBuffer> one = Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(whole));
                begin(request, answer, compression, BodyInserters.fromDataBuffers(one), whole.length, sink);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} {}: answer broken off", request.method(), request.path(), e);
            sink.success();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("bug: {} {}: writing the answer failed", request.method(), request.path(), e);
            if (body.isStreaming()) {
                body.fail(e);
            } else {
                respond(request, new Answer.Failure(ApiError.INTERNAL, "unexpected error: " + e, null), exchange);
            }
        }
    }

    private static void write(Answer answer, OutputStream out) throws IOException {
        switch (answer) {
            case Answer.Data(JsonBody data, List<String> warnings, List<String> infos) -> {
                var json = new JsonWriter(out);
                json.beginObject().field("status", "success").name("data");
                data.write(json);
                annotations("warnings", "warning", warnings, json);
                annotations("infos", "info", infos, json);
                json.endObject().flush();
            }
            case Answer.Failure(ApiError error, String message, JsonBody data) -> {
                var json = new JsonWriter(out);
                json.beginObject().field("status", "error");
                if (data != null) {
                    json.name("data");
                    data.write(json);
                }
                json.field("errorType", error.text())
                        .field("error", message)
                        .endObject()
                        .flush();
            }
            case Answer.Raw raw -> raw.body().write(out);
            case Answer.Empty _ -> {}
        }
    }

    private static void annotations(String name, String kind, List<String> all, JsonWriter json) {
        if (all.isEmpty()) {
            return;
        }
        var shown = new ArrayList<>(all.subList(0, Math.min(SHOWN_ANNOTATIONS, all.size())));
        if (all.size() > SHOWN_ANNOTATIONS) {
            shown.add(all.size() - SHOWN_ANNOTATIONS + " more " + kind + " annotations omitted");
        }
        json.name(name).texts(shown);
    }

    private void begin(
            ServerRequest request,
            Answer answer,
            Compression compression,
            BodyInserter<?, ? super ServerHttpResponse> body,
            MonoSink<ServerResponse> sink) {
        begin(request, answer, compression, body, -1, sink);
    }

    private void begin(
            ServerRequest request,
            Answer answer,
            Compression compression,
            BodyInserter<?, ? super ServerHttpResponse> body,
            long length,
            MonoSink<ServerResponse> sink) {
        int status =
                switch (answer) {
                    case Answer.Data _ -> 200;
                    case Answer.Failure f -> f.error().status();
                    case Answer.Raw raw -> raw.status();
                    case Answer.Empty _ -> 204;
                };
        ServerResponse.status(status)
                .headers(h -> {
                    headers(request, compression, answer instanceof Answer.Raw raw ? raw.headers() : Map.of(), h);
                    String type = answer instanceof Answer.Raw raw ? raw.contentType() : "application/json";
                    if (!type.isEmpty()) {
                        h.set(HttpHeaders.CONTENT_TYPE, type);
                    }
                    if (length >= 0) {
                        h.setContentLength(length);
                    }
                })
                .body(body)
                .subscribe(sink::success, sink::error);
    }

    private void headers(
            ServerRequest request, Compression compression, Map<String, String> more, HttpHeaders response) {
        response.add(HttpHeaders.VARY, "Accept-Encoding");
        if (compression != Compression.NONE) {
            response.set(HttpHeaders.CONTENT_ENCODING, compression.encoding());
        }
        crossOrigin.apply(header(request, HttpHeaders.ORIGIN), response);
        more.forEach(response::set);
    }
}
