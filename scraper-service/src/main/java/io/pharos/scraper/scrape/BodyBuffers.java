package io.pharos.scraper.scrape;

import java.util.ArrayDeque;
import java.util.Iterator;

/// Arrays for bodies, lent and given back, so that a scrape of usual size allocates none. Keeps a few; what is larger
/// than a megabyte is left to the collector. Thread-safe.
final class BodyBuffers {
    private static final int MAX_KEPT = 16;
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private final ArrayDeque<byte[]> kept = new ArrayDeque<>();

    /// An array of `length` bytes or more.
    byte[] take(int length) {
        synchronized (kept) {
            for (Iterator<byte[]> all = kept.iterator(); all.hasNext(); ) {
                byte[] buffer = all.next();
                if (buffer.length >= length) {
                    all.remove();
                    return buffer;
                }
            }
        }
        return new byte[Math.max(length, 8192)];
    }

    void give(byte[] buffer) {
        if (buffer.length > MAX_KEPT_BYTES) {
            return;
        }
        synchronized (kept) {
            if (kept.size() == MAX_KEPT) {
                kept.removeLast();
            }
            kept.addFirst(buffer);
        }
    }
}
