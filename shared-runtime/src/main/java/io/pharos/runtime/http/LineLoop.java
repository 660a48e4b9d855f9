package io.pharos.runtime.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that sends the requests of all lines when they are due and reads what comes back, so that a line's own
/// thread wakes once per exchange: when its answer is whole. It sleeps in one place, the selector, which is clock and
/// ear in one. What takes its time (looking up names, connecting, credentials, reading a body's meaning) is not done
/// here.
final class LineLoop {
    private static final int HEAD_BYTES = 16 * 1024;
    private static final int MOST_READ_BYTES = 128 * 1024;

    /// After so many reads in a row other lines have their turn.
    private static final int MOST_READS = 8;

    private static final long MILLISECOND = 1_000_000;
    private static final long PAUSE_AFTER_FAILURE = 100 * MILLISECOND;
    private static final Logger LOG = LoggerFactory.getLogger(LineLoop.class);

    /// One connection, for one exchange after the other. Of the line's thread before it is submitted and after it is
    /// done, of the loop's between.
    static final class Exchange {
        private final LineLoop loop;
        private final SocketChannel channel;
        private final ReplyReader reader;
        private ByteBuffer request = ByteBuffer.allocate(0);
        private HttpLine.@Nullable Opening opening;
        private HttpLine.@Nullable Body body;
        private long due;
        private long timeout;
        private long deadline;
        private @Nullable SelectionKey key;
        private @Nullable Throwable failure;
        private @Nullable Thread waiter;
        private int place = -1;
        private volatile boolean done;
        private volatile boolean dropped;

        /// @param channel connected; blocks no more from now on
        Exchange(LineLoop loop, SocketChannel channel, ReplyReader reader) throws IOException {
            this.loop = loop;
            this.channel = channel;
            this.reader = reader;
            channel.configureBlocking(false);
        }

        SocketChannel channel() {
            return channel;
        }

        boolean isOpen() {
            return channel.isOpen();
        }

        /// Sends the bytes when it is time and waits until the answer is whole.
        ///
        /// @param at of the clock of [System#nanoTime]
        /// @param most nanoseconds that the exchange may take from then on
        /// @throws IOException where it went wrong; [SocketTimeoutException] where it took too long
        void run(byte[] bytes, long at, long most, HttpLine.Opening to) throws IOException, InterruptedException {
            request = ByteBuffer.wrap(bytes);
            opening = to;
            due = at;
            timeout = most;
            failure = null;
            waiter = Thread.currentThread();
            done = false;
            loop.submit(this);
            while (!done) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    close();
                    throw new InterruptedException();
                }
            }
            switch (failure) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException("bug: a line failed with a checked exception", failure);
            }
        }

        /// Closes the connection, whoever has the exchange.
        void close() {
            dropped = true;
            try {
                channel.close();
            } catch (IOException _) {
                // It is of no use any more.
            }
            // Only the selector lets go of the descriptor.
            loop.wake();
        }

        private void end(@Nullable Throwable how) {
            failure = how;
            body = null;
            opening = null;
            Thread waiting = waiter;
            done = true;
            LockSupport.unpark(waiting);
        }
    }

    private final String name;
    private final ConcurrentLinkedQueue<Exchange> submitted = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Exchange> waiting = new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
    private final ArrayList<Exchange> underWay = new ArrayList<>();
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    private final long origin = System.nanoTime();

    /// No exchange under way has an earlier deadline. Nanoseconds since `origin`, as are all times below.
    private long earliest = Long.MAX_VALUE;

    /// Until when the loop sleeps unless something happens; in the past while it is awake.
    private volatile long wakesAt = Long.MIN_VALUE;

    private @Nullable Selector selector;

    /// @param name of the thread, which starts with the first exchange
    LineLoop(String name) {
        this.name = name;
    }

    private void submit(Exchange exchange) throws IOException {
        Selector open = started();
        submitted.add(exchange);
        if (exchange.due - origin < wakesAt) {
            open.wakeup();
        }
    }

    private synchronized Selector started() throws IOException {
        Selector known = selector;
        if (known == null) {
            Selector fresh = Selector.open();
            selector = fresh;
            Thread.ofPlatform().name(name).daemon().start(() -> run(fresh));
            known = fresh;
        }
        return known;
    }

    private synchronized void wake() {
        Selector known = selector;
        if (known != null) {
            known.wakeup();
        }
    }

    private void run(Selector open) {
        while (true) {
            try {
                turn(open);
            } catch (IOException e) {
                LOG.error("waiting for the answers of targets failed; trying again", e);
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE);
            }
        }
    }

    private void turn(Selector open) throws IOException {
        for (Exchange next = submitted.poll(); next != null; next = submitted.poll()) {
            waiting.add(next);
        }
        long now = System.nanoTime() - origin;
        for (Exchange next = waiting.peek(); next != null && next.due - origin <= now; next = waiting.peek()) {
            waiting.poll();
            begin(next, open);
        }
        if (earliest <= now) {
            expire(now);
        }
        Exchange next = waiting.peek();
        long until = next == null ? earliest : Math.min(earliest, next.due - origin);
        wakesAt = until;
        if (!submitted.isEmpty()) {
            // Whoever submitted it may have taken the loop to be awake.
            wakesAt = Long.MIN_VALUE;
            return;
        }
        if (until == Long.MAX_VALUE) {
            open.select(this::ready);
        } else {
            long left = until - (System.nanoTime() - origin);
            if (left > 0) {
                open.select(this::ready, (left + MILLISECOND - 1) / MILLISECOND);
            } else {
                open.selectNow(this::ready);
            }
        }
        wakesAt = Long.MIN_VALUE;
    }

    private void begin(Exchange exchange, Selector open) {
        HttpLine.Opening opening = exchange.opening;
        if (exchange.dropped || opening == null) {
            exchange.end(null);
            return;
        }
        try {
            exchange.body = opening.open();
            exchange.reader.begin();
            exchange.deadline = System.nanoTime() - origin + exchange.timeout;
            exchange.channel.write(exchange.request);
            int interest = SelectionKey.OP_READ | (exchange.request.hasRemaining() ? SelectionKey.OP_WRITE : 0);
            SelectionKey key = exchange.key;
            if (key == null) {
                exchange.key = exchange.channel.register(open, interest, exchange);
            } else if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
            exchange.place = underWay.size();
            underWay.add(exchange);
            earliest = Math.min(earliest, exchange.deadline);
        } catch (Throwable e) {
            // Whatever it is, it is the line's; the loop serves the others.
            exchange.end(e);
        }
    }

    private void ready(SelectionKey key) {
        var exchange = (Exchange) key.attachment();
        try {
            if (exchange.place < 0) {
                idle(exchange, key);
                return;
            }
            if (key.isWritable()) {
                exchange.channel.write(exchange.request);
                if (!exchange.request.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            }
            if (key.isReadable() && read(exchange)) {
                end(exchange, null);
            }
        } catch (Throwable e) {
            if (exchange.place >= 0) {
                end(exchange, e);
            }
        }
    }

    /// What comes without a request, if only an end, makes the connection useless.
    private void idle(Exchange exchange, SelectionKey key) {
        key.cancel();
        try {
            exchange.channel.close();
        } catch (IOException _) {
            // It is of no use any more.
        }
    }

    /// Reads what is there; says whether the answer is whole.
    private boolean read(Exchange exchange) throws IOException {
        HttpLine.Body body = exchange.body;
        ReplyReader reader = exchange.reader;
        if (body == null) {
            throw new IllegalStateException("bug: an answer without a place to go");
        }
        for (int round = 0; round < MOST_READS; round++) {
            boolean direct = reader.takesBody();
            ByteBuffer into;
            if (direct) {
                body.ensure(1);
                // One byte is left for those who write behind the end.
                int room = Math.min(MOST_READ_BYTES, body.bytes().length - 1 - body.length());
                into = ByteBuffer.wrap(body.bytes(), body.length(), (int) Math.min(reader.left(), room));
            } else {
                into = head.clear();
            }
            int wanted = into.remaining();
            int n = exchange.channel.read(into);
            if (n < 0) {
                reader.takeEnd();
                return true;
            }
            if (n > 0 && (direct ? reader.advance(n, body) : reader.take(head.array(), 0, n, body))) {
                return true;
            }
            if (n < wanted) {
                break;
            }
        }
        return false;
    }

    private void end(Exchange exchange, @Nullable Throwable how) {
        int place = exchange.place;
        Exchange last = underWay.removeLast();
        if (last != exchange) {
            underWay.set(place, last);
            last.place = place;
        }
        exchange.place = -1;
        if (underWay.isEmpty()) {
            earliest = Long.MAX_VALUE;
        }
        exchange.end(how);
    }

    private void expire(long now) {
        long next = Long.MAX_VALUE;
        for (int i = underWay.size() - 1; i >= 0; i--) {
            Exchange exchange = underWay.get(i);
            if (exchange.deadline <= now || exchange.dropped) {
                end(exchange, new SocketTimeoutException());
            } else {
                next = Math.min(next, exchange.deadline);
            }
        }
        earliest = next;
    }
}
