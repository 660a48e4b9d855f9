package io.pharos.model.port;

import org.jspecify.annotations.Nullable;

/// A request that failed for a reason the caller is told: what every port throws.
public final class ApiException extends RuntimeException {
    private final ApiError error;

    public ApiException(ApiError error, String message) {
        this(error, message, null);
    }

    public ApiException(ApiError error, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.error = error;
    }

    public ApiError error() {
        return error;
    }

    /// The message, never null.
    public String text() {
        String message = getMessage();
        return message == null ? error.text() : message;
    }
}
