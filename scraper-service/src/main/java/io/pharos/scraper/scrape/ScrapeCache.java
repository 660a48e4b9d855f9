package io.pharos.scraper.scrape;

import io.pharos.model.sample.MetricType;
import java.util.Arrays;

/// What is known of the series of one target: the raw bytes that name each, and what they came to.
///
/// Columns by slot of `keys`: `references` of the sink (0 = none yet), `hashes` of the final labels, `seen` and
/// `tracked` (number of the scrape that had the series last, and that had it without a time of its own), `flags`. A
/// series is *live* when the last successful scrape tracked it: it gets a stale marker when it does not come again.
/// Labels are not kept: they are made again from the key when somebody asks. Not thread-safe.
final class ScrapeCache {
    private static final int DROPPED = 1;
    private static final int LIVE = 2;
    private static final int HISTOGRAM = 4;
    private static final int FLOATS = 8;
    private static final int TYPE_SHIFT = 4;
    private static final MetricType[] TYPES = MetricType.values();

    private final Sharing sharing;
    final KeyTable keys = new KeyTable();
    long[] references = new long[16];
    private long[] hashes = new long[16];
    private int[] seen = new int[16];
    private int[] tracked = new int[16];
    private byte[] flags = new byte[16];
    private long[] starts = {};

    private int scrape;
    private int kept;

    /// Hashes of the labels of series that are new in this scrape, sorted once one is looked for.
    private long[] fresh = new long[16];

    private int freshCount;
    private boolean freshSorted;
    private int lastSuccessful;

    ScrapeCache(Sharing sharing) {
        this.sharing = sharing;
    }

    /// Begins a scrape.
    void begin() {
        scrape++;
        keys.restart();
        freshCount = 0;
        freshSorted = false;
    }

    int add(byte[] bytes, int from, int to, boolean dropped, MetricType type, long labelHash) {
        int slot = keys.add(bytes, from, to);
        if (slot >= references.length) {
            int capacity = references.length * 2;
            references = Arrays.copyOf(references, capacity);
            hashes = Arrays.copyOf(hashes, capacity);
            seen = Arrays.copyOf(seen, capacity);
            tracked = Arrays.copyOf(tracked, capacity);
            flags = Arrays.copyOf(flags, capacity);
        }
        references[slot] = 0;
        hashes[slot] = labelHash;
        seen[slot] = scrape;
        tracked[slot] = 0;
        flags[slot] = (byte) ((dropped ? DROPPED : 0) | type.ordinal() << TYPE_SHIFT);
        if (slot < starts.length) {
            starts[slot] = 0;
        }
        if (!dropped) {
            kept++;
            if (freshCount == fresh.length) {
                fresh = Arrays.copyOf(fresh, freshCount * 2);
            }
            fresh[freshCount++] = labelHash;
            freshSorted = false;
        }
        return slot;
    }

    /// How many series there are that relabelling keeps.
    int kept() {
        return kept;
    }

    private void remove(int slot) {
        if (!isDropped(slot)) {
            kept--;
        }
        keys.remove(slot);
    }

    boolean isDropped(int slot) {
        return (flags[slot] & DROPPED) != 0;
    }

    MetricType type(int slot) {
        return TYPES[flags[slot] >> TYPE_SHIFT & 7];
    }

    /// Notes that this scrape has the series; says whether it had it before.
    boolean see(int slot) {
        boolean again = seen[slot] == scrape;
        seen[slot] = scrape;
        return again;
    }

    void track(int slot) {
        tracked[slot] = scrape;
    }

    /// Notes what kind of histogram, if any, the series' newest sample is.
    void kind(int slot, boolean histogram, boolean floats) {
        flags[slot] =
                (byte) (flags[slot] & ~(HISTOGRAM | FLOATS) | (histogram ? HISTOGRAM : 0) | (floats ? FLOATS : 0));
    }

    boolean isHistogram(int slot) {
        return (flags[slot] & HISTOGRAM) != 0;
    }

    boolean isFloatHistogram(int slot) {
        return (flags[slot] & FLOATS) != 0;
    }

    /// Says whether `startMs` is another start timestamp than the series had.
    boolean changeStart(int slot, long startMs) {
        if (slot >= starts.length) {
            starts = Arrays.copyOf(starts, references.length);
        }
        boolean other = starts[slot] != startMs;
        starts[slot] = startMs;
        return other;
    }

    boolean isLive(int slot) {
        return keys.has(slot) && (flags[slot] & LIVE) != 0;
    }

    /// Whether a series that was live is missing from this scrape, under any key.
    boolean isStale(int slot) {
        return isLive(slot) && tracked[slot] != scrape && !cameUnderAnotherKey(slot);
    }

    /// Whether a key that is new in this scrape names the same series.
    private boolean cameUnderAnotherKey(int slot) {
        if (freshCount == 0) {
            return false;
        }
        if (!freshSorted) {
            Arrays.sort(fresh, 0, freshCount);
            freshSorted = true;
        }
        return Arrays.binarySearch(fresh, 0, freshCount, hashes[slot]) >= 0;
    }

    /// Ends a scrape that succeeded: what it tracked is live, nothing else. Unless the body was empty, forgets series
    /// that it did not have.
    void succeed(boolean emptyBody) {
        for (int slot = 0; slot < keys.end(); slot++) {
            if (keys.has(slot)) {
                flags[slot] = (byte) (tracked[slot] == scrape ? flags[slot] | LIVE : flags[slot] & ~LIVE);
                if (!emptyBody && seen[slot] != scrape) {
                    remove(slot);
                }
            }
        }
        if (!emptyBody) {
            lastSuccessful = keys.count();
            keys.rest(sharing);
        }
        if (fresh.length > 1024) {
            // A first scrape brings many; later ones few.
            fresh = new long[16];
        }
    }

    /// Ends a scrape that failed: nothing is live. Says whether the cache had grown so much over failures that series
    /// this scrape did not have were forgotten.
    boolean fail() {
        boolean forced = keys.count() > 2 * lastSuccessful + 1000;
        for (int slot = 0; slot < keys.end(); slot++) {
            if (keys.has(slot)) {
                flags[slot] = (byte) (flags[slot] & ~LIVE);
                if (forced && seen[slot] != scrape) {
                    remove(slot);
                }
            }
        }
        return forced;
    }
}
