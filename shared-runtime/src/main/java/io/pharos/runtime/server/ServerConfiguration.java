package io.pharos.runtime.server;

import io.pharos.runtime.flags.Flags;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;
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

    @Bean
    HttpHandler httpHandler(
            ObjectProvider<RouterFunction<ServerResponse>> routers, ObjectProvider<WebFilter> filters, Flags flags) {
        return Routes.handler(
                routers.orderedStream().toList(), filters.orderedStream().toList(), routePrefix(flags));
    }

    @Bean
    WebServer webServer(HttpHandler handler, ObjectProvider<ServerSecurity> security, Flags flags) {
        List<InetSocketAddress> addresses = flags.list("web.listen-address").stream()
                .map(ListenAddress::parse)
                .toList();
        Duration idle =
                Duration.ofMillis(flags.has("web.read-timeout") ? flags.durationMs("web.read-timeout") : 300_000);
        UnaryOperator<HttpServer> secured = security.getIfAvailable(() -> server -> server);
        return new WebServer(addresses, idle, handler, secured);
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
