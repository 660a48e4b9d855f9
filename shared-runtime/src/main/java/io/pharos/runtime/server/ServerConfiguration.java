package io.pharos.runtime.server;

import io.pharos.runtime.flags.Flags;
import io.pharos.runtime.web.DirectRouter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.netty.http.server.HttpServer;

/// The server of a program: every `RouterFunction` bean behind every `WebFilter` bean, in their orders.
@Configuration(proxyBeanMethods = false)
public class ServerConfiguration {
    /// Puts TLS on the server. At most one bean; none means plain HTTP.
    @FunctionalInterface
    public interface ServerSecurity extends UnaryOperator<HttpServer> {}

    /// What the filters do, done without them, for the routes of [io.pharos.runtime.web.WebApi].
    public interface Bypass extends DirectRouter.Log {
        /// Whether every filter would let every request through as it is.
        boolean isOpen();
    }

    @Bean
    Dispatch dispatch(
            ObjectProvider<RouterFunction<ServerResponse>> routers,
            ObjectProvider<WebFilter> filters,
            ObjectProvider<Bypass> bypass,
            Flags flags) {
        List<RouterFunction<ServerResponse>> inOrder = routers.orderedStream().toList();
        String prefix = routePrefix(flags);
        return new Dispatch(
                inOrder,
                bypass.getIfAvailable(),
                prefix,
                Routes.handler(inOrder, filters.orderedStream().toList(), prefix));
    }

    @Bean
    WebServer webServer(Dispatch dispatch, ObjectProvider<ServerSecurity> security, Flags flags) {
        List<InetSocketAddress> addresses = flags.list("web.listen-address").stream()
                .map(ListenAddress::parse)
                .toList();
        Duration idle =
                Duration.ofMillis(flags.has("web.read-timeout") ? flags.durationMs("web.read-timeout") : 300_000);
        UnaryOperator<HttpServer> secured = security.getIfAvailable(() -> server -> server);
        return new WebServer(addresses, idle, dispatch, secured);
    }

    /// `--web.route-prefix`, by default the path of `--web.external-url`; starts with a slash and does not end with
    /// one, unless it is `/`.
    public static String routePrefix(Flags flags) {
        String prefix = flags.text("web.route-prefix");
        if (prefix.isEmpty()) {
            String url = flags.text("web.external-url");
            int host = url.indexOf("://");
            int path = url.indexOf('/', host < 0 ? 0 : host + 3);
            prefix = path < 0 ? "" : url.substring(path);
        }
        String trimmed = prefix.replaceAll("^/+|/+$", "");
        return "/" + trimmed;
    }
}
