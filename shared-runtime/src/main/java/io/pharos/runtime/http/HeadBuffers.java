package io.pharos.runtime.http;

import java.util.concurrent.ArrayBlockingQueue;

/// Arrays that heads of answers are read into, lent for one answer. Thread-safe.
final class HeadBuffers {
    private static final int BYTES = 8192;
    private static final int MOST_KEPT = 16;

    private final ArrayBlockingQueue<byte[]> kept = new ArrayBlockingQueue<>(MOST_KEPT);

    byte[] take() {
        byte[] buffer = kept.poll();
        return buffer == null ? new byte[BYTES] : buffer;
    }

    void give(byte[] buffer) {
        kept.offer(buffer);
    }
}
