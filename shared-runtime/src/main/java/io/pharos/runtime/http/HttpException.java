package io.pharos.runtime.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A request that got no answer, in the words Go's client would use: `Get "http://x/": dial tcp …: connection
/// refused`.
public final class HttpException extends IOException {
    private final boolean timedOut;

    HttpException(String message, boolean timedOut, @Nullable Throwable cause) {
        super(message, cause);
        this.timedOut = timedOut;
    }

    public boolean timedOut() {
        return timedOut;
    }

    /// The message, never null.
    public String text() {
        return String.valueOf(getMessage());
    }
}
