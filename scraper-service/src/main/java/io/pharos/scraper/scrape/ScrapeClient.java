package io.pharos.scraper.scrape;

import io.pharos.model.text.GoText;
import io.pharos.runtime.http.HttpCall;
import io.pharos.runtime.http.HttpException;
import io.pharos.runtime.http.HttpLine;
import io.pharos.runtime.http.HttpReply;
import io.pharos.runtime.http.HttpSender;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.PrematureCloseException;

/// Requests the metrics of one target. One request at a time; the body of an answer is lent until the next.
final class ScrapeClient {
    private final HttpSender http;
    private final String unixSocket;

    /// Empty where the target needs more than a socket: TLS, a proxy, following redirects.
    private Optional<HttpLine> line;
    private final HttpCall call;
    private final long bodyLimit;
    private final BodyBuffers buffers;
    private int expected = 16 * 1024;
    private @Nullable BodyGatherer lent;

    /// Where the answer under way goes.
    private volatile @Nullable BodyGatherer opened;

    /// @param bodyLimit 0 means none of the user's; `mostBytes` holds in any case
    ScrapeClient(
            HttpSender http,
            String url,
            String unixSocket,
            String accept,
            boolean compression,
            long timeoutMs,
            long bodyLimit,
            long mostBytes,
            BodyBuffers buffers) {
        this.http = http;
        this.unixSocket = unixSocket;
        this.bodyLimit = bodyLimit == 0 ? mostBytes : Math.min(bodyLimit, mostBytes);
        this.buffers = buffers;
        this.call = new HttpCall(
                "GET",
                url,
                Map.of(
                        "Accept",
                        accept,
                        "Accept-Encoding",
                        compression ? "gzip" : "identity",
                        "X-Prometheus-Scrape-Timeout-Seconds",
                        GoText.general(timeoutMs / 1000.0)),
                new byte[0],
                Duration.ofMillis(timeoutMs),
                0);
        this.line = http.line(call, unixSocket);
    }

    /// Waits until the request is due, then until the answer is whole, fails, or the timeout is over.
    ///
    /// @param due of the clock of [System#nanoTime]
    /// @param begins called once the request is due, maybe on another thread
    Fetched fetchAt(long due, Runnable begins) throws InterruptedException {
        giveBack();
        try {
            if (line.isPresent()) {
                HttpLine.Reply reply = line.get().callAt(due, () -> {
                    begins.run();
                    return open();
                });
                BodyGatherer body = opened();
                if (!reply.isRedirect() || !http.followsRedirects()) {
                    return fetched(
                            body, reply.status(), reply.statusLine(), reply.contentEncoding(), reply.contentType());
                }
                body.release();
                if (!unixSocket.isEmpty()) {
                    return failed("Get " + GoText.quote(reply.location())
                            + ": redirects from a Unix socket are not followed");
                }
                // What redirects once will do so again.
                close();
                line = Optional.empty();
            } else {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                begins.run();
                if (!unixSocket.isEmpty()) {
                    return failed("Get " + GoText.quote(call.url()) + ": dial unix " + unixSocket
                            + ": targets behind Unix sockets are asked by plain http only");
                }
            }
            BodyGatherer body = open();
            HttpReply reply = http.call(call, body);
            return fetched(
                    body,
                    reply.status(),
                    reply.statusLine(),
                    reply.header("Content-Encoding"),
                    reply.header("Content-Type"));
        } catch (ScrapeFailure e) {
            return failed(e);
        } catch (HttpException e) {
            return e.getCause() instanceof ScrapeFailure failure ? failed(failure) : failed(reason(e));
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        } finally {
            // After a failure the body is not given back: whoever reads may still be writing to it.
            opened = null;
        }
    }

    private BodyGatherer open() {
        var body = new BodyGatherer(buffers, bodyLimit, expected);
        opened = body;
        return body;
    }

    private BodyGatherer opened() {
        return Objects.requireNonNull(opened);
    }

    private Fetched fetched(BodyGatherer body, int status, String statusLine, String encoding, String contentType) {
        if (status != 200) {
            body.release();
            return failed("server returned HTTP status " + statusLine);
        }
        BodyGatherer plain = encoding.equals("gzip") ? body.unzipped(expected) : body;
        lent = plain;
        expected = plain.length() + (plain.length() >> 3) + 256;
        return new Fetched.Body(plain.bytes(), plain.length(), contentType);
    }

    /// Closes the connection that is kept for the next request.
    void close() {
        line.ifPresent(HttpLine::close);
    }

    /// What went wrong; while the body came, Go does not name the request.
    private String reason(HttpException e) {
        BodyGatherer body = opened;
        boolean answered = body != null && body.length() > 0;
        String prefix = "Get " + GoText.quote(call.url()) + ": ";
        if (!answered || !e.text().startsWith(prefix)) {
            return e.text();
        }
        return e.getCause() instanceof PrematureCloseException
                ? "unexpected EOF"
                : e.text().substring(prefix.length());
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
}
