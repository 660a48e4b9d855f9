package io.pharos.model.exposition;

/// A body that is not what its format asks for, in Prometheus' words.
public final class ExpositionException extends RuntimeException {
    public ExpositionException(String message) {
        // A target's mistake, not ours: where it was noticed in our code tells nobody anything.
        super(message, null, false, false);
    }

    /// The message, never null.
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
