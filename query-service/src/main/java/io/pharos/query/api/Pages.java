package io.pharos.query.api;

import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.ApiRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The UI: one page for all its paths, and what that page loads. Served from the class path, read once.
final class Pages {
    private static final List<String> PAGES = List.of(
            "/query", "/targets", "/rules", "/alerts", "/silences", "/status", "/config", "/flags", "/tsdb-status");
    private static final List<String> FILES = List.of(
            "index.html",
            "style.css",
            "favicon.svg",
            "app.js",
            "api.js",
            "dom.js",
            "query.js",
            "graph.js",
            "silences.js",
            "targets.js",
            "rules.js",
            "status.js");

    private final Map<String, byte[]> files = new HashMap<>();

    Pages() {
        for (String file : FILES) {
            files.put(file, read(file));
        }
    }

    private static byte[] read(String file) {
        try (InputStream in = Pages.class.getResourceAsStream("/ui/" + file)) {
            if (in == null) {
                throw new IllegalStateException("bug: the UI's file " + file + " is not in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ApiRoutes register(ApiRoutes routes) {
        for (String page : PAGES) {
            routes.get(page, request -> file("index.html", "text/html; charset=utf-8"));
        }
        for (String file : FILES) {
            if (!file.equals("index.html")) {
                routes.get("/ui/" + file, request -> file(file, type(file)));
            }
        }
        return routes.get("/", Pages::toQuery).get("/graph", Pages::toQuery);
    }

    private Answer file(String name, String type) {
        byte[] bytes = files.getOrDefault(name, new byte[0]);
        return new Answer.Raw(
                200,
                type,
                Map.of(
                        "Cache-Control",
                        "no-cache",
                        "Content-Security-Policy",
                        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
                        "X-Content-Type-Options",
                        "nosniff"),
                out -> out.write(bytes));
    }

    private static String type(String file) {
        return switch (file.substring(file.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "application/octet-stream";
        };
    }

    /// To the query page beside this path, below whatever prefix it came by.
    private static Answer toQuery(ApiRequest request) {
        String path = request.path();
        String parameters = request.query().encoded();
        String target =
                path.substring(0, path.lastIndexOf('/') + 1) + "query" + (parameters.isEmpty() ? "" : "?" + parameters);
        return new Answer.Raw(302, "text/html; charset=utf-8", Map.of("Location", target), out -> {});
    }
}
