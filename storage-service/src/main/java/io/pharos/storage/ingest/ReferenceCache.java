package io.pharos.storage.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.IntSupplier;

/*
 * Open addressing over three columns. A slot is filled once: its second word and reference first, its first word last,
 * with release; a reader who finds the first word, with acquire, so finds the others. References may be replaced in place.
 * A table that fills up is replaced by a larger one, or by an empty one where most of it names series that are gone.
 */
/// From the hash of a series' labels as a sender writes them to the store's reference. Looked up without a lock.
final class ReferenceCache {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SPARE = 1 << 16;

    private record Table(long[] highs, long[] lows, long[] references) {
        Table(int length) {
            this(new long[length], new long[length], new long[length]);
        }
    }

    private final IntSupplier live;
    private volatile Table table = new Table(1 << 12);
    private int count;

    /// @param live how many series there are: when the table knows many more, it begins anew
    ReferenceCache(IntSupplier live) {
        this.live = live;
    }

    /// The reference, 0 if there is none.
    long find(long high, long low) {
        long key = high == 0 ? 1 : high;
        Table now = table;
        int mask = now.highs.length - 1;
        for (int at = (int) low & mask; ; at = at + 1 & mask) {
            long there = (long) LONGS.getAcquire(now.highs, at);
            if (there == 0) {
                return 0;
            }
            if (there == key && now.lows[at] == low) {
                return (long) LONGS.getOpaque(now.references, at);
            }
        }
    }

    synchronized void put(long high, long low, long reference) {
        long key = high == 0 ? 1 : high;
        if (count * 3L > table.highs.length * 2L) {
            grow();
        }
        if (insert(table, key, low, reference)) {
            count++;
        }
    }

    private static boolean insert(Table into, long key, long low, long reference) {
        int mask = into.highs.length - 1;
        int at = (int) low & mask;
        for (; into.highs[at] != 0; at = at + 1 & mask) {
            if (into.highs[at] == key && into.lows[at] == low) {
                LONGS.setOpaque(into.references, at, reference);
                return false;
            }
        }
        into.lows[at] = low;
        into.references[at] = reference;
        LONGS.setRelease(into.highs, at, key);
        return true;
    }

    private void grow() {
        Table old = table;
        if (count > 2L * live.getAsInt() + SPARE) {
            table = new Table(1 << 12);
            count = 0;
            return;
        }
        var larger = new Table(old.highs.length * 2);
        for (int i = 0; i < old.highs.length; i++) {
            if (old.highs[i] != 0) {
                insert(larger, old.highs[i], old.lows[i], old.references[i]);
            }
        }
        table = larger;
    }
}
