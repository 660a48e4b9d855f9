package io.pharos.model.port;

import java.util.Locale;

/// Why a request failed: Prometheus' error types with the HTTP status each answers with.
public enum ApiError {
    TIMEOUT(503),
    CANCELED(499),
    EXECUTION(422),
    BAD_DATA(400),
    INTERNAL(500),
    /// Prometheus gives this type no status of its own, so it is that of `internal`.
    UNAVAILABLE(500),
    NOT_FOUND(404),
    NOT_ACCEPTABLE(406);

    private final int status;

    ApiError(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /// The `errorType` of an answer.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
