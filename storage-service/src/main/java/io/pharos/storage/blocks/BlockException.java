package io.pharos.storage.blocks;

/// A block that cannot be read, and why.
public final class BlockException extends RuntimeException {
    BlockException(String message) {
        super(message);
    }
}
