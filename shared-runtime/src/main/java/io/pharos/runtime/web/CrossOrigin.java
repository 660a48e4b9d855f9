package io.pharos.runtime.web;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.pharos.model.labels.FastRegex;
import org.jspecify.annotations.Nullable;

/// The headers that let pages of other origins call the API (`util/httputil/cors.go` of Prometheus 3.14).
final class CrossOrigin {
    private static final AsciiString VARY = AsciiString.cached("Vary");
    private static final AsciiString ORIGIN = AsciiString.cached("Origin");

    private final FastRegex allowed;

    /// @param allowed `--web.cors.origin`, anchored
    CrossOrigin(String allowed) {
        this.allowed = FastRegex.compile(allowed);
    }

    void apply(@Nullable String origin, HttpHeaders response) {
        response.add(VARY, ORIGIN);
        if (origin == null || origin.isEmpty()) {
            return;
        }
        response.set("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin");
        response.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
        response.set("Access-Control-Expose-Headers", "Date");
        if (allowed.matches(origin)) {
            response.set("Access-Control-Allow-Origin", origin);
        }
    }
}
