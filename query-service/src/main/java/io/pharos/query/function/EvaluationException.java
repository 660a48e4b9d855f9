package io.pharos.query.function;

/// A query that cannot be answered; the message is the one the user reads.
public final class EvaluationException extends RuntimeException {
    public EvaluationException(String message) {
        super(message);
    }
}
