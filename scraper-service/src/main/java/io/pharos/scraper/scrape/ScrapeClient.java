package io.pharos.scraper.scrape;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.pharos.model.text.GoText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.PrematureCloseException;

/// Requests the metrics of one target. One request at a time; the body of an answer is lent until the next.
final class ScrapeClient {
    private static final String DEADLINE = "context deadline exceeded";

    private final HttpClient http;
    private final String url;
    private final String host;
    private final String accept;
    private final boolean compression;
    private final long timeoutMs;
    private final long bodyLimit;
    private final BodyBuffers buffers;
    private final String userAgent;
    private int expected = 16 * 1024;
    private @Nullable BodyGatherer lent;
    private volatile boolean answered;

    /// @param bodyLimit 0 means none of the user's; `mostBytes` holds in any case
    ScrapeClient(
            HttpClient http,
            String url,
            String unixSocket,
            String accept,
            boolean compression,
            long timeoutMs,
            long bodyLimit,
            long mostBytes,
            BodyBuffers buffers,
            String userAgent) {
        this.http = unixSocket.isEmpty() ? http : http.remoteAddress(() -> UnixDomainSocketAddress.of(unixSocket));
        this.url = url;
        this.host = unixSocket.isEmpty() ? hostOf(url) : unixSocket;
        this.accept = accept;
        this.compression = compression;
        this.timeoutMs = timeoutMs;
        this.bodyLimit = bodyLimit == 0 ? mostBytes : Math.min(bodyLimit, mostBytes);
        this.buffers = buffers;
        this.userAgent = userAgent;
    }

    private static String hostOf(String url) {
        int from = url.indexOf("://") + 3;
        int to = url.indexOf('/', from);
        return to < 0 ? url.substring(from) : url.substring(from, to);
    }

    /// Blocks until the answer is whole, fails, or the timeout is over.
    Fetched fetch() throws InterruptedException {
        giveBack();
        answered = false;
        CompletableFuture<Answered> future = request().toFuture();
        try {
            return switch (future.get(timeoutMs, TimeUnit.MILLISECONDS)) {
                case Answered.Gathered(BodyGatherer body, String type, boolean zipped) -> {
                    BodyGatherer plain = zipped ? body.unzipped(expected) : body;
                    lent = plain;
                    expected = plain.length() + (plain.length() >> 3) + 256;
                    yield new Fetched.Body(plain.bytes(), plain.length(), type);
                }
                case Answered.Refused(String why) -> failed(why);
            };
        } catch (ScrapeFailure e) {
            return failed(e);
        } catch (TimeoutException _) {
            future.cancel(true);
            return failed(answered ? DEADLINE : wrapped(DEADLINE));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof ScrapeFailure failure) {
                return failed(failure);
            }
            return failed(answered ? duringBody(cause) : wrapped(beforeAnswer(cause)));
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    /// Takes the lent body back.
    void giveBack() {
        BodyGatherer body = lent;
        if (body != null) {
            lent = null;
            body.release();
        }
    }

    private static Fetched failed(ScrapeFailure failure) {
        return new Fetched.Failed(failure.text(), failure.text().equals(BodyGatherer.TOO_LARGE));
    }

    private static Fetched failed(String error) {
        return new Fetched.Failed(error, false);
    }

    private String wrapped(String error) {
        return "Get " + GoText.quote(url) + ": " + error;
    }

    private Mono<Answered> request() {
        return http.headers(this::headers)
                .get()
                .uri(url)
                .response(this::receive)
                .next();
    }

    private void headers(HttpHeaders headers) {
        headers.set(HttpHeaderNames.ACCEPT, accept);
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, compression ? "gzip" : "identity");
        headers.set(HttpHeaderNames.USER_AGENT, userAgent);
        headers.set("X-Prometheus-Scrape-Timeout-Seconds", GoText.general(timeoutMs / 1000.0));
    }

    private Publisher<Answered> receive(HttpClientResponse response, ByteBufFlux content) {
        answered = true;
        int status = response.status().code();
        if (status != 200) {
            return Mono.just(new Answered.Refused("server returned HTTP status " + status + " "
                    + response.status().reasonPhrase()));
        }
        String type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE, "");
        boolean zipped = "gzip".equals(response.responseHeaders().get(HttpHeaderNames.CONTENT_ENCODING, ""));
        var body = new BodyGatherer(buffers, bodyLimit, expected);
        // Gathering is all the event loop does; the rest is the waiting thread's.
        return content.doOnNext(body::append)
                .then(Mono.<Answered>fromSupplier(() -> new Answered.Gathered(body, type, zipped)))
                .doOnError(_ -> body.release());
    }

    /// What the event loop hands to the waiting thread.
    private sealed interface Answered {
        /// A whole body, perhaps compressed.
        record Gathered(BodyGatherer body, String type, boolean zipped) implements Answered {}

        record Refused(String why) implements Answered {}
    }

    private static String duringBody(Throwable cause) {
        return cause instanceof PrematureCloseException ? "unexpected EOF" : message(cause);
    }

    private String beforeAnswer(Throwable cause) {
        return switch (cause) {
            case PrematureCloseException _ -> "EOF";
            case UnknownHostException _ -> "dial tcp: lookup " + withoutPort(host) + ": no such host";
            case ConnectException e -> "dial tcp " + host + ": connect: " + reason(message(e));
            case SSLException e -> "tls: " + message(e);
            case IOException e -> reason(message(e));
            default -> message(cause);
        };
    }

    private static String withoutPort(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 || address.endsWith("]") ? address : address.substring(0, colon);
    }

    /// `Connection refused: /127.0.0.1:1` and friends in the words of the system calls.
    private static String reason(String message) {
        String lower = message.toLowerCase(java.util.Locale.ROOT);
        for (String known : new String[] {
            "connection refused",
            "connection reset by peer",
            "no route to host",
            "network is unreachable",
            "connection timed out"
        }) {
            if (lower.contains(known)) {
                return known;
            }
        }
        return message;
    }

    private static String message(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
