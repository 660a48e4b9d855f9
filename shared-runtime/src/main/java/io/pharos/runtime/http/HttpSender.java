package io.pharos.runtime.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.pharos.model.config.HttpConfig;
import io.pharos.model.config.Url;
import io.pharos.model.text.GoText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;
import reactor.netty.transport.ProxyProvider;

/// Sends requests as one `http_config` says. Thread-safe. Closing it closes its connections.
///
/// Redirects are followed here rather than by Netty: credentials stay with the host they are for, a `POST`
/// becomes a `GET` on 301, 302 and 303, and after ten hops the call fails.
public final class HttpSender implements AutoCloseable {
    private static final int MOST_REDIRECTS = 10;
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final HttpConfig config;
    private final String userAgent;
    private final ClientTls tls;
    private final ProxyChoice proxies;
    private final ConnectionProvider connections;
    private final Credentials credentials;
    private final LineLoop lines;
    private final Map<ClientKey, HttpClient> clients = new ConcurrentHashMap<>();

    /// A Netty client differs by proxy and by TLS context.
    private record ClientKey(boolean secure, Optional<Url> proxy, Object tls) {}

    HttpSender(
            String name,
            HttpConfig config,
            ClientTls tls,
            String userAgent,
            @Nullable OAuth2Tokens oauth2,
            LineLoop lines) {
        this.lines = lines;
        this.config = config;
        this.userAgent = userAgent;
        this.tls = tls;
        this.proxies = ProxyChoice.of(config.proxy());
        this.credentials = new Credentials(config, oauth2);
        this.connections = ConnectionProvider.builder("pharos-" + name)
                .maxConnections(500)
                .pendingAcquireMaxCount(-1)
                .maxIdleTime(IDLE)
                .build();
    }

    /// Sends and waits for the whole answer. Blocks: call it on a virtual thread.
    ///
    /// @throws HttpException where no answer came, or it was too long
    public HttpReply call(HttpCall call) throws IOException, InterruptedException {
        return await(send(call), call);
    }

    /// As [#call(HttpCall)], with the body going to `sink` instead of the reply. It comes as it was sent:
    /// compressed, if the call allowed that.
    public HttpReply call(HttpCall call, BodySink sink) throws IOException, InterruptedException {
        return await(send(call, sink), call);
    }

    private static HttpReply await(Mono<HttpReply> reply, HttpCall call) throws IOException, InterruptedException {
        try {
            HttpReply got = reply.toFuture().get();
            if (got == null) {
                throw new HttpException("bug: no reply", false, null);
            }
            return got;
        } catch (java.util.concurrent.ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : Exceptions.unwrap(e.getCause());
            throw GoErrors.of(call.method(), call.url(), cause);
        }
    }

    /// As [#call(HttpCall)] without blocking; fails with [HttpException].
    public Mono<HttpReply> send(HttpCall call) {
        boolean unpack = call.header("Accept-Encoding").isEmpty();
        HttpCall asked = unpack ? call.with("Accept-Encoding", "gzip") : call;
        return Mono.defer(() -> {
            var body = new ByteArrayOutputStream();
            return send(asked, part -> copy(part, body)).map(reply -> {
                byte[] bytes = body.toByteArray();
                boolean zipped = unpack && reply.header("Content-Encoding").equalsIgnoreCase("gzip");
                return new HttpReply(
                        reply.status(), reply.reason(), reply.headers(), zipped ? gunzip(bytes, call) : bytes);
            });
        });
    }

    private static void copy(ByteBuf part, ByteArrayOutputStream into) {
        try {
            part.readBytes(into, part.readableBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gunzip(byte[] bytes, HttpCall call) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            long most = call.maxBodyBytes() == 0 ? Integer.MAX_VALUE - 8 : call.maxBodyBytes();
            byte[] unpacked = in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 8));
            if (unpacked.length > most) {
                throw Exceptions.propagate(tooLong(call));
            }
            return unpacked;
        } catch (IOException e) {
            throw Exceptions.propagate(new HttpException("gzip: " + e.getMessage(), false, e));
        }
    }

    private static HttpException tooLong(HttpCall call) {
        return new HttpException("body size limit exceeded: more than " + call.maxBodyBytes() + " bytes", false, null);
    }

    /// As [#call(HttpCall, BodySink)] without blocking.
    public Mono<HttpReply> send(HttpCall call, BodySink sink) {
        return Mono.defer(() -> hop(call, parsed(call), sink, hostOf(call.url()), 0))
                .timeout(call.timeout())
                .onErrorMap(e -> GoErrors.of(call.method(), call.url(), Exceptions.unwrap(e)));
    }

    /// Whether redirects are followed.
    public boolean followsRedirects() {
        return config.followRedirects();
    }

    static String hostOf(String url) {
        return Authority.of(URI.create(url)).host().toLowerCase(java.util.Locale.ROOT);
    }

    /// Where a URL leads. Names with underscores, which Java takes for no host, are names here.
    ///
    /// @param port −1 where none is given
    private record Authority(String host, int port) {
        static Authority of(URI uri) {
            String raw = uri.getHost() == null ? uri.getRawAuthority() : null;
            if (raw == null) {
                return new Authority(uri.getHost() == null ? "" : uri.getHost(), uri.getPort());
            }
            String place = raw.substring(raw.lastIndexOf('@') + 1);
            int colon = place.lastIndexOf(':');
            String digits = place.substring(colon + 1);
            if (colon < 0 || !digits.matches("[0-9]{0,5}")) {
                return new Authority(place, -1);
            }
            return new Authority(place.substring(0, colon), digits.isEmpty() ? -1 : Integer.parseInt(digits));
        }
    }

    /// A line of its own for a call without body that is made again and again, much cheaper than [#call]; empty where
    /// more than a socket is needed, for TLS or a proxy.
    ///
    /// @param unixSocket the file of a Unix socket that is asked instead of the URL's host; `""` for none
    public Optional<HttpLine> line(HttpCall call, String unixSocket) {
        URI uri;
        try {
            uri = GoUrls.parse(call.method(), call.url());
        } catch (HttpException _) {
            // A call will say so.
            return Optional.empty();
        }
        Authority authority = Authority.of(uri);
        int port = authority.port() >= 0 ? authority.port() : 80;
        if (!"http".equalsIgnoreCase(uri.getScheme())
                || authority.host().isEmpty()
                || uri.getRawUserInfo() != null
                || uri.getRawAuthority().indexOf('@') >= 0
                || port > 0xffff
                || unixSocket.isEmpty()
                        && proxies.forTarget("http", authority.host(), port).isPresent()) {
            return Optional.empty();
        }
        Route route =
                unixSocket.isEmpty() ? new Route.Tcp(authority.host(), port) : new Route.Unix(Path.of(unixSocket));
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String agent = call.header("User-Agent").isEmpty() ? "User-Agent: " + userAgent + "\r\n" : "";
        String head =
                call.method() + " " + path + query + " HTTP/1.1\r\nHost: " + uri.getRawAuthority() + "\r\n" + agent;
        return Optional.of(new HttpLine(call, route, credentials, head, lines));
    }

    /// Whether credentials for `first` may be shown to `host`: the same host, or one below it.
    private static boolean isSameSite(String first, String host) {
        return host.equals(first) || host.endsWith("." + first);
    }

    private static URI parsed(HttpCall call) {
        try {
            return GoUrls.parse(call.method(), call.url());
        } catch (HttpException e) {
            throw Exceptions.propagate(e);
        }
    }

    private Mono<HttpReply> hop(HttpCall call, URI uri, BodySink sink, String firstHost, int hops) {
        boolean trusted = isSameSite(firstHost, hostOf(call.url()));
        Way way = way(uri);
        return way.client()
                .headersWhen(headers -> {
                    if (!way.authority().isEmpty()) {
                        headers.set(HttpHeaderNames.HOST, way.authority());
                    }
                    headers.set("User-Agent", userAgent);
                    call.headers().forEach((name, value) -> {
                        if (trusted || !name.equalsIgnoreCase("Authorization")) {
                            headers.set(name, value);
                        }
                    });
                    if (call.body().length > 0
                            || call.method().equals("POST")
                            || call.method().equals("PUT")) {
                        headers.set("Content-Length", call.body().length);
                    }
                    return credentials.addTo(headers, trusted);
                })
                .request(HttpMethod.valueOf(call.method()))
                .uri(way.uri())
                .send((request, out) -> call.body().length == 0
                        ? out
                        : out.send(Mono.fromSupplier(() -> io.netty.buffer.Unpooled.wrappedBuffer(call.body()))))
                .response((response, body) -> {
                    int status = response.status().code();
                    String location = response.responseHeaders().get(HttpHeaderNames.LOCATION);
                    if (config.followRedirects() && location != null && isRedirect(status)) {
                        if (hops + 1 >= MOST_REDIRECTS) {
                            return Mono.error(new HttpException(
                                    GoErrors.prefix(call.method(), location) + "stopped after " + MOST_REDIRECTS
                                            + " redirects",
                                    false,
                                    null));
                        }
                        HttpCall next = redirected(call, status, location);
                        return body.then(Mono.defer(() -> hop(next, parsed(next), sink, firstHost, hops + 1))
                                .onErrorMap(e -> GoErrors.of(next.method(), next.url(), Exceptions.unwrap(e))));
                    }
                    sink.begin(status);
                    return drain(body, sink, call)
                            .then(Mono.fromSupplier(() -> new HttpReply(
                                    status,
                                    response.status().reasonPhrase(),
                                    response.responseHeaders().copy(),
                                    new byte[0])));
                })
                .next();
    }

    private static Mono<Void> drain(Flux<ByteBuf> body, BodySink sink, HttpCall call) {
        long[] length = {0};
        return body.doOnNext(part -> {
                    length[0] += part.readableBytes();
                    if (call.maxBodyBytes() > 0 && length[0] > call.maxBodyBytes()) {
                        throw Exceptions.propagate(tooLong(call));
                    }
                    sink.take(part);
                })
                .then();
    }

    static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /// A query alone keeps the path, which [URI#resolve] does not.
    private static String resolved(URI base, String location) {
        return location.startsWith("?")
                ? base.resolve(base.getRawPath().isEmpty() ? "/" : base.getRawPath()) + location
                : base.resolve(location).toString();
    }

    private static HttpCall redirected(HttpCall call, int status, String location) {
        String target;
        try {
            target = resolved(URI.create(call.url()), location);
        } catch (IllegalArgumentException e) {
            throw Exceptions.propagate(new HttpException(
                    GoErrors.prefix(call.method(), call.url()) + "failed to parse Location header "
                            + GoText.quote(location) + ": parse " + GoText.quote(location) + ": " + e.getMessage(),
                    false,
                    e));
        }
        boolean keeps = status == 307
                || status == 308
                || call.method().equals("GET")
                || call.method().equals("HEAD");
        if (keeps) {
            return new HttpCall(
                    call.method(), target, call.headers(), call.body(), call.timeout(), call.maxBodyBytes());
        }
        var headers = new java.util.LinkedHashMap<>(call.headers());
        headers.keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("content-"));
        return new HttpCall("GET", target, headers, new byte[0], call.timeout(), call.maxBodyBytes());
    }

    /// The client for a URL, and what it is asked for: a path and the authority's name where a plain proxy stands
    /// between.
    private record Way(HttpClient client, String uri, String authority) {}

    private Way way(URI uri) {
        Authority authority = Authority.of(uri);
        if (authority.host().isEmpty()) {
            throw Exceptions.propagate(new HttpException("no Host in request URL", false, null));
        }
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = authority.port() >= 0 ? authority.port() : secure ? 443 : 80;
        Optional<Url> proxy = proxies.forTarget(secure ? "https" : "http", authority.host(), port);
        HttpClient client =
                clients.computeIfAbsent(new ClientKey(secure, proxy, secure ? tls.context() : ""), this::build);
        if (proxy.isEmpty() || secure || isSocks(proxy.get())) {
            return new Way(client, uri.toString(), "");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Way(client, path + query, authority.host() + (authority.port() >= 0 ? ":" + authority.port() : ""));
    }

    private static boolean isSocks(Url proxy) {
        return proxy.scheme().startsWith("socks");
    }

    private HttpClient build(ClientKey key) {
        HttpClient client = HttpClient.create(connections)
                .followRedirect(false)
                .disableRetry(false)
                .responseTimeout(null)
                .httpResponseDecoder(spec -> spec.maxHeaderSize(1 << 20).maxInitialLineLength(1 << 16));
        if (key.secure()) {
            client = client.secure(spec -> {
                SslProvider.Builder ssl = spec.sslContext(tls.context());
                if (!tls.serverName().isEmpty()) {
                    ssl.serverNames(new SNIHostName(tls.serverName()));
                }
            });
            client = config.enableHttp2() && key.proxy().isEmpty()
                    ? client.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
                    : client.protocol(HttpProtocol.HTTP11);
        }
        return key.proxy().isEmpty() ? client : proxied(client, key.proxy().get(), key.secure());
    }

    private HttpClient proxied(HttpClient client, Url proxy, boolean secure) {
        String host = proxy.host();
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        boolean socks = isSocks(proxy);
        int port = hasPort ? Integer.parseInt(host.substring(colon + 1)) : socks ? 1080 : 80;
        String name = hasPort ? host.substring(0, colon) : host;
        String[] user = proxy.userInfo().split(":", 2);
        String username = URLDecoder.decode(user[0], StandardCharsets.UTF_8);
        String password = user.length > 1 ? URLDecoder.decode(user[1], StandardCharsets.UTF_8) : "";
        if (!secure && !socks) {
            // A plain request goes to the proxy as it is, with the whole URL in its first line.
            return client.remoteAddress(() -> InetSocketAddress.createUnresolved(name, port))
                    .doOnChannelInit((_, channel, _) -> {
                        var absolute = new AbsoluteUri(username, password);
                        if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
                            channel.pipeline().addAfter(NettyPipeline.HttpCodec, "pharos.absolute", absolute);
                        } else {
                            channel.pipeline().addLast("pharos.absolute", absolute);
                        }
                    });
        }
        return client.proxy(spec -> {
            ProxyProvider.Builder built = spec.type(socks ? ProxyProvider.Proxy.SOCKS5 : ProxyProvider.Proxy.HTTP)
                    .host(name)
                    .port(port);
            if (!username.isEmpty()) {
                built.username(username).password(_ -> password);
            }
            if (!config.proxy().proxyConnectHeader().isEmpty()) {
                built.httpHeaders(headers -> config.proxy()
                        .proxyConnectHeader()
                        .forEach((header, values) -> values.forEach(value -> headers.add(header, value.value()))));
            }
        });
    }

    /// Writes requests to a plain proxy: the absolute URL, and the proxy's user.
    private static final class AbsoluteUri extends ChannelOutboundHandlerAdapter {
        private final String username;
        private final String password;

        AbsoluteUri(String username, String password) {
            this.username = username;
            this.password = password;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpRequest request && request.uri().startsWith("/")) {
                request.setUri("http://" + request.headers().get(HttpHeaderNames.HOST) + request.uri());
                if (!username.isEmpty()) {
                    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
                    request.headers()
                            .set(
                                    HttpHeaderNames.PROXY_AUTHORIZATION,
                                    "Basic " + java.util.Base64.getEncoder().encodeToString(pair));
                }
            }
            context.write(message, promise);
        }
    }

    @Override
    public void close() {
        connections.disposeLater().subscribe();
    }
}
