package io.pharos.alertmanager.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// The pages for people, whose hash addresses are those that notifications link to: `#/alerts?receiver=…`.
public final class AlertmanagerPages {
    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "favicon.svg", "image/svg+xml",
            "style.css", "text/css; charset=utf-8",
            "app.js", "text/javascript; charset=utf-8");

    private AlertmanagerPages() {}

    /// @param at path of the pages below the route prefix, `/` or `/alertmanager/`
    public static RouterFunction<ServerResponse> routes(String at) {
        RouterFunctions.Builder routes = RouterFunctions.route()
                .GET(at, _ -> file("index.html"))
                .GET(at + "favicon.ico", _ -> file("favicon.svg"))
                .GET(at + "assets/style.css", _ -> file("style.css"))
                .GET(at + "assets/app.js", _ -> file("app.js"));
        if (!at.equals("/")) {
            routes.GET(at.substring(0, at.length() - 1), AlertmanagerPages::withSlash);
        }
        return routes.build();
    }

    /// The icon of a server that shows other pages at its root.
    public static RouterFunction<ServerResponse> icon() {
        return RouterFunctions.route()
                .GET("/favicon.ico", _ -> file("favicon.svg"))
                .build();
    }

    private static Mono<ServerResponse> withSlash(ServerRequest request) {
        return ServerResponse.status(302)
                .header("Location", request.uri().getRawPath() + "/")
                .build();
    }

    private static Mono<ServerResponse> file(String name) {
        try (InputStream in = AlertmanagerPages.class.getResourceAsStream("/alertmanager-ui/" + name)) {
            if (in == null) {
                throw new IllegalStateException("bug: the page " + name + " is missing from the jar");
            }
            return ServerResponse.ok()
                    .header("Content-Type", String.valueOf(TYPES.get(name)))
                    .header("Cache-Control", "no-cache, no-store, must-revalidate")
                    .bodyValue(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
