package io.pharos.runtime.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.pharos.runtime.http.LineLoop.Exchange;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One request that is sent again and again, over one connection of its own: what a scrape needs and no more.
///
/// Does without Netty's and Reactor's pipelines, whose objects and code cost more than the rest of a scrape: the caller
/// blocks, on a virtual thread, until [LineLoop] has sent the request when it is due and read the answer. Plain `http`
/// and Unix sockets, no proxy, no redirects: [HttpSender] does the rest.
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

    /// Makes the place for an answer at the moment the request is due. Called once per call, maybe on another thread;
    /// must
    /// not block.
    public interface Opening {
        Body open();
    }

    private final HttpCall call;
    private final Route route;
    private final Credentials credentials;
    private final String head;
    private final LineLoop loop;
    private byte @Nullable [] fixedRequest;
    private ReplyReader reader = new ReplyReader();
    private @Nullable Exchange connection;
    private long usedAt;

    // Of the call under way; the loop writes them too.
    private volatile long deadline;
    private volatile @Nullable Body opened;

    /// @param head request line and the headers that no credential changes, without the empty line
    HttpLine(HttpCall call, Route route, Credentials credentials, String head, LineLoop loop) {
        this.call = call;
        this.route = route;
        this.credentials = credentials;
        this.head = head;
        this.loop = loop;
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
    /// @throws InterruptedException where the thread was interrupted; the connection is closed, and the body may
    /// still
    /// be
    ///         written to
    public Reply call(Body body) throws HttpException, InterruptedException {
        return callAt(System.nanoTime(), () -> body);
    }

    /// As [#call], but the request goes out when it is `due`, of the clock of [System#nanoTime], up to a millisecond
    /// later; the timeout counts from then.
    public Reply callAt(long due, Opening opening) throws HttpException, InterruptedException {
        boolean whole = false;
        opened = null;
        reader.begin();
        Opening once = () -> once(opening);
        try {
            exchange(due, once);
            whole = true;
            usedAt = System.nanoTime();
            return reader.reply();
        } catch (IOException | ExecutionException | TimeoutException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw failure(e);
        } finally {
            opened = null;
            if (!whole || !reader.staysOpen()) {
                close();
            }
        }
    }

    private Body once(Opening opening) {
        Body known = opened;
        if (known == null) {
            deadline = System.nanoTime() + call.timeout().toNanos();
            known = opening.open();
            opened = known;
        }
        return known;
    }

    private void exchange(long due, Opening once)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Exchange known = connection;
        boolean usable = known != null && known.isOpen() && due - usedAt < IDLE_NANOS;
        if (!usable || fixedRequest == null) {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            once.open();
        }
        byte[] request = request();
        if (known != null && usable) {
            try {
                run(known, request, due, once);
                return;
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
        once.open();
        Exchange fresh = new Exchange(loop, route.connect(deadline), reader);
        connection = fresh;
        run(fresh, request, due, once);
    }

    private void run(Exchange on, byte[] request, long due, Opening once) throws IOException, InterruptedException {
        try {
            long most = opened == null ? call.timeout().toNanos() : deadline - System.nanoTime();
            on.run(request, due, most, once);
        } catch (InterruptedException e) {
            // The loop may be reading with it.
            reader = new ReplyReader();
            throw e;
        }
    }

    private byte[] request() throws InterruptedException, ExecutionException, TimeoutException {
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
            case ConnectException e -> GoErrors.of(call.method(), call.url(), e);
            case IOException e
            when connection != null -> GoErrors.of(call.method(), call.url(), new IOException(broken(e)));
            default -> GoErrors.of(call.method(), call.url(), cause);
        };
    }

    /// A connection that broke, in Go's words.
    private String broken(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        Exchange open = connection;
        boolean reset = message.contains("reset");
        boolean pipe = message.contains("Broken pipe");
        if (open == null || !reset && !pipe) {
            return message;
        }
        return (pipe ? "write " : "read ") + route.ends(open.channel()) + ": "
                + (pipe ? "write: broken pipe" : "read: connection reset by peer");
    }

    /// Closes the connection; the next call opens another.
    @Override
    public void close() {
        Exchange open = connection;
        if (open != null) {
            connection = null;
            open.close();
        }
    }
}
