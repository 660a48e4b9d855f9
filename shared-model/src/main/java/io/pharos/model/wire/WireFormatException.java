package io.pharos.model.wire;

/// Bytes that are not the message they claim to be.
public final class WireFormatException extends RuntimeException {
    public WireFormatException(String message) {
        super(message);
    }
}
