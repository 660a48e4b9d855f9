package io.pharos.runtime.http;

import io.netty.buffer.ByteBuf;

/// Takes a body piece by piece, without copies in between.
@FunctionalInterface
public interface BodySink {
    /// Told before the body what status it comes with.
    default void begin(int status) {}

    /// Reads `part`, which is the caller's again afterwards. Runs on an event loop: it must not block. What it throws
    /// ends the call.
    void take(ByteBuf part);
}
