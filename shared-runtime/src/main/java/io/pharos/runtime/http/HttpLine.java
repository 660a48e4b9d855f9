package io.pharos.runtime.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One request that is sent again and again, over one connection of its own: what a scrape needs and no more.
///
/// Blocks a virtual thread instead of walking through Netty's and Reactor's pipelines, whose objects and code cost
/// more than the rest of a scrape. Plain `http` and Unix sockets, no proxy, no redirects: [HttpSender] does the rest.
/// One thread at a time.
public final class HttpLine implements AutoCloseable {
    /// As long as Go's client keeps an idle connection.
    private static final long IDLE_NANOS = Duration.ofMinutes(5).toNanos();

    /// Where a body goes: into the caller's array, without copies in between.
    public interface Body {
        /// Told before the body what status it comes with.
        default void begin(int status) {}

        /// Makes room for `more` bytes behind those that are there. What it throws ends the call.
        void ensure(int more);

        /// The array, valid until the next call of [#ensure].
        byte[] bytes();

        /// How many of its bytes are taken.
        int length();

        /// Notes that `n` more are.
        void advance(int n);
    }

    private final HttpCall call;
    private final Wire.Route route;
    private final Credentials credentials;
    private final String head;
    private final HeadBuffers buffers;
    private byte @Nullable [] fixedRequest;
    private final ReplyReader reader = new ReplyReader();
    private @Nullable Wire wire;
    private long usedAt;

    /// @param head request line and the headers that no credential changes, without the empty line
    HttpLine(HttpCall call, Wire.Route route, Credentials credentials, String head, HeadBuffers buffers) {
        this.call = call;
        this.route = route;
        this.credentials = credentials;
        this.head = head;
        this.buffers = buffers;
    }

    /// What came back, its body left out. Headers are `""` where they are missing.
    ///
    /// @param reason `Not Found`
    public record Reply(int status, String reason, String contentType, String contentEncoding, String location) {
        /// `404 Not Found`.
        public String statusLine() {
            return status + " " + reason;
        }

        /// Whether a client that follows redirects would go elsewhere.
        public boolean isRedirect() {
            return !location.isEmpty() && HttpSender.isRedirect(status);
        }
    }

    /// Sends the request and waits for the whole answer, whose body goes into `body` as it was sent.
    ///
    /// @throws HttpException where none came; one that broke off in its body is told without the request's name, as
    /// Go
    ///         does
    /// @throws InterruptedException where the thread was interrupted; the connection is closed
    public Reply call(Body body) throws HttpException, InterruptedException {
        long deadline = System.nanoTime() + call.timeout().toNanos();
        byte[] buffer = buffers.take();
        reader.begin(buffer);
        boolean whole = false;
        try {
            Reply reply = exchange(deadline, body);
            whole = true;
            return reply;
        } catch (IOException | ExecutionException | TimeoutException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw failure(e);
        } finally {
            if (!whole || !reader.staysOpen()) {
                close();
            }
            reader.end();
            buffers.give(buffer);
        }
    }

    private Reply exchange(long deadline, Body body)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        byte[] request = request(deadline);
        Wire open = wire;
        if (open != null && System.nanoTime() - usedAt < IDLE_NANOS) {
            try {
                open.begin(deadline);
                open.write(request);
                reader.await(open);
                return finish(open, body);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // A server may have closed a connection that was idle; nothing of an answer is lost then.
                if (reader.hasBegun() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
        close();
        Wire fresh = route.connect(deadline);
        wire = fresh;
        fresh.begin(deadline);
        fresh.write(request);
        reader.await(fresh);
        return finish(fresh, body);
    }

    private Reply finish(Wire open, Body body) throws IOException {
        Reply reply = reader.read(open, body);
        open.end();
        usedAt = System.nanoTime();
        return reply;
    }

    private byte[] request(long deadline) throws InterruptedException, ExecutionException, TimeoutException {
        byte[] known = fixedRequest;
        if (known != null) {
            return known;
        }
        HttpHeaders headers = new DefaultHttpHeaders();
        call.headers().forEach(headers::set);
        credentials
                .addTo(headers, true)
                .toFuture()
                .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        var text = new StringBuilder(head);
        headers.forEach(header -> text.append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append("\r\n"));
        byte[] request = text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        if (credentials.areFixed()) {
            fixedRequest = request;
        }
        return request;
    }

    private HttpException failure(Exception failure) {
        Throwable cause =
                failure instanceof ExecutionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean timedOut = cause instanceof SocketTimeoutException || cause instanceof TimeoutException;
        if (reader.inBody()) {
            String text = timedOut
                    ? "context deadline exceeded"
                    : cause instanceof EOFException ? "unexpected EOF" : broken(cause);
            return new HttpException(text, timedOut, cause);
        }
        return switch (cause) {
            case SocketTimeoutException _, TimeoutException _ ->
                GoErrors.of(call.method(), call.url(), new TimeoutException());
            case EOFException _ -> GoErrors.of(call.method(), call.url(), new IOException("EOF"));
            case SocketException e
            when wire != null && e.getClass() == SocketException.class ->
                GoErrors.of(call.method(), call.url(), new IOException(broken(e)));
            default -> GoErrors.of(call.method(), call.url(), cause);
        };
    }

    /// A connection that broke, in Go's words.
    private String broken(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        Wire open = wire;
        boolean reset = message.contains("reset");
        boolean pipe = message.contains("Broken pipe");
        if (open == null || !reset && !pipe) {
            return message;
        }
        return (pipe ? "write " : "read ") + open.ends() + ": "
                + (pipe ? "write: broken pipe" : "read: connection reset by peer");
    }

    /// Closes the connection; the next call opens another.
    @Override
    public void close() {
        Wire open = wire;
        if (open != null) {
            wire = null;
            open.close();
        }
    }
}
