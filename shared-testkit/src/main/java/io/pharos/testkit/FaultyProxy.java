package io.pharos.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A TCP proxy on loopback between a client and a server, which a test can spoil while connections stand: answers or
/// requests cut half-way, everything slow, or nothing answered. What is set counts from then on, for every connection.
/// Thread-safe.
public final class FaultyProxy implements AutoCloseable {
    private static final int BUFFER = 16 << 10;

    /// How bytes pass: at most so many of a request and of an answer before both ends are closed, at most `piece` bytes
    /// at once, each after a pause.
    private record Passage(long requestBytes, long answerBytes, int piece, int pauseMs, boolean held) {}

    private static final Passage WHOLE = new Passage(Long.MAX_VALUE, Long.MAX_VALUE, BUFFER, 0, false);

    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong requestBytes = new AtomicLong();
    private final AtomicLong answerBytes = new AtomicLong();
    private volatile Passage passage = WHOLE;
    private volatile int target;

    /// Listens on a free port and leads to `target`, a port on loopback.
    public FaultyProxy(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("proxy-" + port()).start(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /// New connections lead to another port.
    public void leadTo(int port) {
        target = port;
    }

    /// Bytes of requests that came in so far.
    public long requestBytes() {
        return requestBytes.get();
    }

    /// Bytes of answers that came in so far.
    public long answerBytes() {
        return answerBytes.get();
    }

    /// Closes each connection after this many bytes of requests.
    public void cutRequestsAfter(long bytes) {
        passage = new Passage(bytes, Long.MAX_VALUE, BUFFER, 0, false);
    }

    /// Closes each connection after this many bytes of answers.
    public void cutAnswersAfter(long bytes) {
        passage = new Passage(Long.MAX_VALUE, bytes, BUFFER, 0, false);
    }

    /// Passes `piece` bytes at a time, a few ms after each other.
    public void slow(int piece) {
        passage = new Passage(Long.MAX_VALUE, Long.MAX_VALUE, piece, 3, false);
    }

    /// Takes what comes and passes nothing on.
    public void hold() {
        passage = new Passage(Long.MAX_VALUE, Long.MAX_VALUE, BUFFER, 0, true);
    }

    /// Everything passes again, on new connections.
    public void heal() {
        passage = WHOLE;
        closeConnections();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException _) {
                // closed: the loop ends
            }
        }
    }

    private void connect(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(server);
            Thread.ofVirtual().start(() -> pass(client, server, true));
            pass(server, client, false);
        } catch (IOException _) {
            close(client);
        }
    }

    private void pass(Socket from, Socket to, boolean requests) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[BUFFER];
            Passage counted = passage;
            long left = left(counted, requests);
            while (true) {
                int n = in.read(buffer, 0, Math.min(passage.piece(), BUFFER));
                if (n < 0) {
                    return;
                }
                (requests ? requestBytes : answerBytes).addAndGet(n);
                Passage now = passage;
                if (now != counted) {
                    counted = now;
                    left = left(now, requests);
                }
                if (now.held()) {
                    continue;
                }
                Thread.sleep(now.pauseMs());
                out.write(buffer, 0, (int) Math.min(n, left));
                out.flush();
                left -= n;
                if (left <= 0) {
                    return;
                }
            }
        } catch (IOException _) {
            // either end has gone; both are closed
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static long left(Passage passage, boolean requests) {
        return requests ? passage.requestBytes() : passage.answerBytes();
    }

    private void closeConnections() {
        open.forEach(FaultyProxy::close);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeConnections();
    }
}
