package io.pharos.query.plan;

/// An expression that cannot be planned for this query; the message is the one the user reads.
public final class PlanException extends RuntimeException {
    PlanException(String message) {
        super(message);
    }
}
