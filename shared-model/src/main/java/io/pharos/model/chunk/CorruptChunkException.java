package io.pharos.model.chunk;

/// Bytes that are no chunk of the encoding they claim.
public final class CorruptChunkException extends RuntimeException {
    public CorruptChunkException(String message) {
        super(message);
    }
}
