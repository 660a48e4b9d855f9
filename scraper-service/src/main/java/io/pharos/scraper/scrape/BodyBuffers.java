package io.pharos.scraper.scrape;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.zip.Inflater;

/// Arrays and inflaters for bodies, lent and given back, so that a scrape of usual size allocates none. Keeps a few;
/// what is larger
/// than a megabyte is left to the collector. Thread-safe.
final class BodyBuffers {
    private static final int MAX_KEPT = 16;
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private static final int MAX_INFLATERS = 4;

    private final ArrayDeque<byte[]> kept = new ArrayDeque<>();
    private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>();

    /// An inflater without header and trailer, to be reset.
    Inflater takeInflater() {
        synchronized (inflaters) {
            Inflater inflater = inflaters.pollFirst();
            return inflater == null ? new Inflater(true) : inflater;
        }
    }

    void giveInflater(Inflater inflater) {
        synchronized (inflaters) {
            if (inflaters.size() < MAX_INFLATERS) {
                inflaters.addFirst(inflater);
                return;
            }
        }
        inflater.end();
    }

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
        return new byte[rounded(length)];
    }

    /// Up to the next quarter of a power of two: a body that grows by a few bytes goes on fitting.
    private static int rounded(int length) {
        int step = Math.max(8192, Integer.highestOneBit(length) >> 2);
        return (int) Math.min(Integer.MAX_VALUE - 16, (length + step - 1L) / step * step);
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
