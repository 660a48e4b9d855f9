package io.pharos.runtime.reload;

/// A configuration that was not put into force; the old one stays. The message is for the user.
public final class ReloadException extends RuntimeException {
    ReloadException(String message, Throwable cause) {
        super(message, cause);
    }

    /// The message, never null.
    public String text() {
        return String.valueOf(getMessage());
    }
}
