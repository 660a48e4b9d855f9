package io.pharos.runtime.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.pharos.model.port.ApiError;
import io.pharos.model.port.ApiException;
import io.pharos.model.wire.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/// One request that a virtual thread answers. Subscribing starts the thread; cancelling, which the server does when the
/// client goes away, interrupts it; completed once the answer is sent.
///
/// This is walked by each request, often before anything is compiled: what it saves is calls.
final class Exchange extends Mono<Void> implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(WebApi.class);
    private static final ThreadFactory THREADS = Thread.ofVirtual().name("api").factory();
    private static final int SHOWN_ANNOTATIONS = 10;

    private static final AsciiString VARY = AsciiString.cached("Vary");
    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("Accept-Encoding");
    private static final AsciiString CONTENT_ENCODING = AsciiString.cached("Content-Encoding");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("Content-Type");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("Content-Length");
    private static final AsciiString JSON = AsciiString.cached("application/json");

    /// Told of the status when it is known.
    @FunctionalInterface
    interface Listener {
        void answered(int status);
    }

    private final CrossOrigin crossOrigin;
    private final HttpServerRequest in;
    private final Outlet outlet;
    private final Callable<Answer> work;
    private final Listener listener;
    private volatile @Nullable Thread thread;
    private @Nullable BodyStream body;
    private boolean gone;

    Exchange(CrossOrigin crossOrigin, HttpServerRequest in, Outlet outlet, Callable<Answer> work, Listener listener) {
        this.crossOrigin = crossOrigin;
        this.in = in;
        this.outlet = outlet;
        this.work = work;
        this.listener = listener;
    }

    // ---- the server's side

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        Thread started = THREADS.newThread(() -> respond(answer(), actual));
        thread = started;
        actual.onSubscribe(this);
        started.start();
    }

    @Override
    public void request(long n) {
        // There is one signal, the last.
    }

    @Override
    public void cancel() {
        synchronized (this) {
            gone = true;
            if (body != null) {
                body.cancel();
            }
        }
        Thread working = thread;
        if (working != null) {
            working.interrupt();
        }
    }

    private synchronized void attach(BodyStream stream) {
        body = stream;
        if (gone) {
            stream.cancel();
        }
    }

    private synchronized boolean isGone() {
        return gone;
    }

    // ---- the thread's side

    private Answer answer() {
        try {
            return work.call();
        } catch (ApiException e) {
            return new Answer.Failure(e.error(), e.text(), null);
        } catch (InterruptedException e) {
            return new Answer.Failure(ApiError.CANCELED, "the client went away", null);
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            LOG.error("bug: {} {} failed", in.method(), in.uri(), e);
            return new Answer.Failure(ApiError.INTERNAL, "unexpected error: " + e, null);
        }
    }

    private void respond(Answer answer, CoreSubscriber<? super Void> to) {
        if (answer instanceof Answer.Empty) {
            send(answer, Compression.NONE, -1, outlet::sendNothing, to);
            return;
        }
        Compression compression = compression(answer);
        var stream = new BodyStream(b -> send(answer, compression, -1, () -> outlet.send(b), to));
        attach(stream);
        byte[] whole;
        try {
            try (OutputStream out = compression.wrap(stream)) {
                write(answer, out);
            }
            whole = stream.end();
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} {}: answer broken off", in.method(), in.uri(), e);
            fail(answer, stream, e, to);
            return;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("bug: {} {}: writing the answer failed", in.method(), in.uri(), e);
            fail(answer, stream, e, to);
            return;
        }
        if (whole != null) {
            send(answer, compression, whole.length, () -> outlet.send(Unpooled.wrappedBuffer(whole)), to);
        }
    }

    private void fail(Answer answer, BodyStream stream, Throwable cause, CoreSubscriber<? super Void> to) {
        if (stream.isStreaming()) {
            stream.fail(cause);
        } else if (answer instanceof Answer.Failure) {
            to.onError(cause);
        } else {
            respond(new Answer.Failure(ApiError.INTERNAL, "unexpected error: " + cause, null), to);
        }
    }

    private Compression compression(Answer answer) {
        if (answer instanceof Answer.Raw raw && raw.headers().containsKey("Content-Encoding")) {
            return Compression.NONE;
        }
        String accepted = in.requestHeaders().get(HttpHeaderNames.ACCEPT_ENCODING);
        return accepted == null ? Compression.NONE : Compression.accepted(accepted);
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

    /// What is sent, made where it is sent.
    @FunctionalInterface
    private interface Content {
        Publisher<Void> send();
    }

    /// Sends in one piece of work on the connection's own thread, which would otherwise be woken for each.
    private void send(
            Answer answer, Compression compression, int length, Content content, CoreSubscriber<? super Void> to) {
        int status =
                switch (answer) {
                    case Answer.Data _ -> 200;
                    case Answer.Failure f -> f.error().status();
                    case Answer.Raw raw -> raw.status();
                    case Answer.Empty _ -> 204;
                };
        listener.answered(status);
        if (isGone()) {
            return;
        }
        try {
            in.withConnection(connection -> connection.channel().eventLoop().execute(() -> {
                if (isGone()) {
                    return;
                }
                outlet.status(status);
                headers(answer, compression, length, outlet.headers());
                content.send().subscribe(new Ending(to));
            }));
        } catch (RejectedExecutionException | IllegalStateException e) {
            // The channel has left its loop, or the loop has ended.
            LOG.debug("{} {}: the connection was closed before the answer was sent", in.method(), in.uri(), e);
        }
    }

    private void headers(Answer answer, Compression compression, int length, HttpHeaders response) {
        response.add(VARY, ACCEPT_ENCODING);
        if (compression != Compression.NONE) {
            response.set(CONTENT_ENCODING, compression.encoding());
        }
        crossOrigin.apply(in.requestHeaders().get(HttpHeaderNames.ORIGIN), response);
        switch (answer) {
            case Answer.Data _, Answer.Failure _ -> response.set(CONTENT_TYPE, JSON);
            case Answer.Raw raw -> {
                raw.headers().forEach(response::set);
                if (!raw.contentType().isEmpty()) {
                    response.set(CONTENT_TYPE, raw.contentType());
                }
            }
            case Answer.Empty _ -> {}
        }
        if (length >= 0) {
            response.set(CONTENT_LENGTH, Integer.toString(length));
        }
    }

    /// Passes on how sending ended; the client has its subscription already.
    private record Ending(CoreSubscriber<? super Void> client) implements CoreSubscriber<Void> {
        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Void nothing) {
            // There is nothing to come.
        }

        @Override
        public void onError(Throwable cause) {
            client.onError(cause);
        }

        @Override
        public void onComplete() {
            client.onComplete();
        }
    }
}
