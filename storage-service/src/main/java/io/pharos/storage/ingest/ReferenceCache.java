package io.pharos.storage.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.IntSupplier;

/*
 * Open addressing over words, three a slot: high, low, reference. A slot is filled once: its second word and reference
 * first, its first word last, with release; a reader who finds the first word, with acquire, so finds the others.
 * References may be replaced in place. A table that fills up is replaced by a larger one, or by an empty one where most
 * of it names series that are gone.
 */
/// From the hash of a series' labels as a sender writes them to the store's reference. Looked up without a lock.
final class ReferenceCache {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int FEWEST = 1 << 12;
    private static final int SPARE = 1 << 16;

    private final IntSupplier live;
    private volatile long[] table = new long[3 * FEWEST];
    private int count;

    /// @param live how many series there are: when the table knows many more, it begins anew
    ReferenceCache(IntSupplier live) {
        this.live = live;
    }

    /// Looks up `n` hashes of two words each; a reference is 0 where there is none. All at once, since most of what it
    /// costs is waiting for memory, and the processor waits for several slots at a time.
    void find(long[] hashes, int n, long[] references) {
        long[] now = table;
        int mask = now.length / 3 - 1;
        for (int i = 0; i < n; i++) {
            long high = hashes[2 * i] == 0 ? 1 : hashes[2 * i];
            long low = hashes[2 * i + 1];
            int at = 3 * ((int) low & mask);
            long there = (long) LONGS.getAcquire(now, at);
            while (there != 0 && (there != high || now[at + 1] != low)) {
                at += 3;
                if (at == now.length) {
                    at = 0;
                }
                there = (long) LONGS.getAcquire(now, at);
            }
            references[i] = there == 0 ? 0 : (long) LONGS.getOpaque(now, at + 2);
        }
    }

    synchronized void put(long high, long low, long reference) {
        long key = high == 0 ? 1 : high;
        if (count * 9L > table.length * 2L) {
            grow();
        }
        if (insert(table, key, low, reference)) {
            count++;
        }
    }

    private static boolean insert(long[] into, long key, long low, long reference) {
        int at = 3 * ((int) low & into.length / 3 - 1);
        while (into[at] != 0) {
            if (into[at] == key && into[at + 1] == low) {
                LONGS.setOpaque(into, at + 2, reference);
                return false;
            }
            at += 3;
            if (at == into.length) {
                at = 0;
            }
        }
        into[at + 1] = low;
        into[at + 2] = reference;
        LONGS.setRelease(into, at, key);
        return true;
    }

    private void grow() {
        long[] old = table;
        if (count > 2L * live.getAsInt() + SPARE) {
            table = new long[3 * FEWEST];
            count = 0;
            return;
        }
        var larger = new long[old.length * (old.length < 3 << 16 ? 4 : 2)];
        for (int at = 0; at < old.length; at += 3) {
            if (old[at] != 0) {
                insert(larger, old[at], old[at + 1], old[at + 2]);
            }
        }
        table = larger;
    }
}
