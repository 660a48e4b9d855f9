package io.pharos.runtime.server;

import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/// Serves one handler on every address of `--web.listen-address`. Starts last and stops first among the beans,
/// so that no request meets a half-built service; on stopping, requests under way get five seconds.
public final class WebServer implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    /// As much as Go's server takes in a request line or in headers.
    private static final int MAX_HEADER_BYTES = 1 << 20;

    /// A body comes in parts as large as what was read from the connection: each part costs a walk through all
    /// handlers.
    private static final int MAX_PART_BYTES = 1 << 20;

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final List<InetSocketAddress> addresses;
    private final Duration idleTimeout;
    private final BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>> handler;
    private final UnaryOperator<HttpServer> security;
    private final List<DisposableServer> servers = new ArrayList<>();
    private @Nullable LoopResources loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /// @param idleTimeout how long a connection may stand idle
    /// @param security puts TLS on a server, or gives it back as it is
    public WebServer(
            List<InetSocketAddress> addresses,
            Duration idleTimeout,
            BiFunction<HttpServerRequest, HttpServerResponse, Mono<Void>> handler,
            UnaryOperator<HttpServer> security) {
        this.addresses = List.copyOf(addresses);
        this.idleTimeout = idleTimeout;
        this.handler = handler;
        this.security = security;
    }

    /// Half of the cores: answers are made elsewhere, and with one loop a new connection is served by the thread that
    /// accepted it.
    private static LoopResources loops() {
        return LoopResources.create("http", Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);
    }

    @SuppressWarnings("deprecation") // maxChunkSize: the codec still cuts bodies to 8 KiB without it
    @Override
    public synchronized void start() {
        LoopResources shared = loops();
        loops = shared;
        for (InetSocketAddress address : addresses) {
            HttpServer server = HttpServer.create()
                    .runOn(shared)
                    .bindAddress(() -> address)
                    .option(ChannelOption.SO_BACKLOG, 1024)
                    .idleTimeout(idleTimeout)
                    .channelGroup(connections)
                    .doOnChannelInit((observer, channel, remote) -> LenientTargets.install(channel.pipeline()))
                    .httpRequestDecoder(decoder -> decoder.maxInitialLineLength(MAX_HEADER_BYTES)
                            .maxHeaderSize(MAX_HEADER_BYTES)
                            .maxChunkSize(MAX_PART_BYTES));
            try {
                DisposableServer bound = security.apply(server).handle(handler).bindNow();
                servers.add(bound);
                LOG.info("Listening on {}", bound.address());
            } catch (ChannelBindException e) {
                stop();
                throw new IllegalStateException(
                        "cannot listen on " + e.localHost() + ":" + e.localPort()
                                + ": the address is in use or not this machine's; choose another with --web.listen-address",
                        e);
            }
        }
    }

    /// The ports bound, in the order of the addresses.
    public synchronized List<Integer> ports() {
        return servers.stream().map(DisposableServer::port).toList();
    }

    @Override
    public synchronized void stop() {
        for (DisposableServer server : servers) {
            server.disposeNow(GRACE);
        }
        servers.clear();
        // Those kept alive: whoever asks next must not reach what is about to be taken down.
        connections.close().awaitUninterruptibly(GRACE.toMillis());
        LoopResources shared = loops;
        loops = null;
        if (shared != null) {
            shared.disposeLater(Duration.ZERO, GRACE).block(GRACE);
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return !servers.isEmpty();
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
