package io.pharos.storage.partition;

/// A partition that cannot be written or read.
public final class PartitionException extends RuntimeException {
    public PartitionException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
