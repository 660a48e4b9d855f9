package io.pharos.runtime.http;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// An open connection on which one exchange at a time has a deadline, of the clock of [System#nanoTime]. What comes
/// too late fails with [SocketTimeoutException].
sealed interface Wire {
    /// Leads to a server.
    sealed interface Route {
        Wire connect(long deadline) throws IOException, InterruptedException, ExecutionException, TimeoutException;
    }

    /// Begins an exchange.
    void begin(long deadline) throws IOException;

    void write(byte[] bytes) throws IOException;

    /// Reads some bytes, −1 at the end.
    int read(byte[] into, int from, int most) throws IOException;

    /// Ends an exchange.
    void end();

    /// Both ends, as Go shows them.
    String ends();

    void close();

    /// A host by name or number. A name is looked up where it may take its time: on a virtual thread it would hold up
    /// all others.
    record TcpRoute(String host, int port) implements Route {
        @Override
        public Wire connect(long deadline)
                throws IOException, InterruptedException, ExecutionException, TimeoutException {
            IOException failure = new UnknownHostException(host);
            for (InetAddress address : addresses(deadline)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new SocketTimeoutException();
                }
                var socket = new Socket();
                try {
                    socket.setTcpNoDelay(true);
                    socket.connect(new InetSocketAddress(address, port), (int) (left / 1_000_000) + 1);
                    return new Tcp(socket);
                } catch (ConnectException e) {
                    socket.close();
                    failure = new ConnectException(e.getMessage() + ": /" + Tcp.text(address, port));
                } catch (IOException e) {
                    socket.close();
                    failure = e;
                }
            }
            throw failure;
        }

        private InetAddress[] addresses(long deadline)
                throws InterruptedException, ExecutionException, TimeoutException {
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            if (bare.indexOf(':') >= 0 || Character.isDigit(bare.charAt(bare.length() - 1))) {
                try {
                    return new InetAddress[] {InetAddress.ofLiteral(bare)};
                } catch (IllegalArgumentException _) {
                    // A name after all.
                }
            }
            return Mono.fromCallable(() -> InetAddress.getAllByName(bare))
                    .subscribeOn(Schedulers.boundedElastic())
                    .toFuture()
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    /// A socket in the file system.
    record UnixRoute(Path path) implements Route {
        @Override
        public Wire connect(long deadline) throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
                return new Unix(channel, path);
            } catch (IOException e) {
                channel.close();
                throw new IOException("dial unix " + path + ": connect: " + reason(e), e);
            }
        }

        private static String reason(IOException e) {
            String message = String.valueOf(e.getMessage());
            return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
        }
    }

    final class Tcp implements Wire {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private long deadline;

        private Tcp(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        @Override
        public void begin(long newDeadline) {
            deadline = newDeadline;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) (left / 1_000_000) + 1);
            return in.read(into, from, most);
        }

        @Override
        public void end() {
            // The next exchange sets its own deadline.
        }

        @Override
        public String ends() {
            return "tcp " + text(socket.getLocalAddress(), socket.getLocalPort()) + "->"
                    + text(socket.getInetAddress(), socket.getPort());
        }

        static String text(@Nullable InetAddress address, int port) {
            String number = address == null ? "" : NetUtil.toAddressString(address);
            return (number.indexOf(':') >= 0 ? "[" + number + "]" : number) + ":" + port;
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException _) {
                // It is of no use any more.
            }
        }
    }

    /// Sockets of this kind know no timeout: at the deadline the channel is closed.
    final class Unix implements Wire {
        private final SocketChannel channel;
        private final Path path;
        private @Nullable CompletableFuture<Void> guard;
        private volatile boolean late;

        private Unix(SocketChannel channel, Path path) {
            this.channel = channel;
            this.path = path;
        }

        @Override
        public void begin(long deadline) {
            guard = CompletableFuture.runAsync(
                    () -> {
                        late = true;
                        close();
                    },
                    CompletableFuture.delayedExecutor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            var buffer = ByteBuffer.wrap(bytes);
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (AsynchronousCloseException e) {
                throw late ? new SocketTimeoutException() : e;
            }
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            try {
                return channel.read(ByteBuffer.wrap(into, from, most));
            } catch (AsynchronousCloseException e) {
                throw late ? new SocketTimeoutException() : e;
            }
        }

        @Override
        public void end() {
            CompletableFuture<Void> set = guard;
            if (set != null) {
                set.cancel(false);
            }
        }

        @Override
        public String ends() {
            return "unix @->" + path;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException _) {
                // It is of no use any more.
            }
        }
    }
}
