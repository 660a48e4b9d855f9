package io.pharos.runtime.http;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Leads to a server.
sealed interface Route {
    /// Opens a connection that blocks.
    ///
    /// @param deadline of the clock of [System#nanoTime]; what comes later fails with [SocketTimeoutException]
    SocketChannel connect(long deadline) throws IOException, InterruptedException, ExecutionException, TimeoutException;

    /// Both ends of a connection, as Go shows them.
    String ends(SocketChannel channel);

    /// A host by name or number. A name is looked up where it may take its time: on a virtual thread it would hold up
    /// all others.
    record Tcp(String host, int port) implements Route {
        @Override
        public SocketChannel connect(long deadline)
                throws IOException, InterruptedException, ExecutionException, TimeoutException {
            IOException failure = new UnknownHostException(host);
            for (InetAddress address : addresses(deadline)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new SocketTimeoutException();
                }
                SocketChannel channel = SocketChannel.open();
                try {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    channel.socket().connect(new InetSocketAddress(address, port), (int) (left / 1_000_000) + 1);
                    return channel;
                } catch (ConnectException e) {
                    channel.close();
                    failure = new ConnectException(e.getMessage() + ": /" + text(new InetSocketAddress(address, port)));
                } catch (IOException e) {
                    channel.close();
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

        @Override
        public String ends(SocketChannel channel) {
            try {
                return "tcp " + text(channel.getLocalAddress()) + "->" + text(channel.getRemoteAddress());
            } catch (IOException _) {
                return "tcp";
            }
        }

        private static String text(SocketAddress end) {
            if (!(end instanceof InetSocketAddress address) || address.getAddress() == null) {
                return String.valueOf(end);
            }
            String number = NetUtil.toAddressString(address.getAddress());
            return (number.indexOf(':') >= 0 ? "[" + number + "]" : number) + ":" + address.getPort();
        }
    }

    /// A socket in the file system.
    record Unix(Path path) implements Route {
        @Override
        public SocketChannel connect(long deadline) throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
                return channel;
            } catch (IOException e) {
                channel.close();
                throw new IOException("dial unix " + path + ": connect: " + reason(e), e);
            }
        }

        private static String reason(IOException e) {
            String message = String.valueOf(e.getMessage());
            return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
        }

        @Override
        public String ends(SocketChannel channel) {
            return "unix @->" + path;
        }
    }
}
