package io.pharos.scraper.scrape;

import io.pharos.model.labels.XxHash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Numbers byte strings, and guesses which one comes next.
///
/// ```
/// arena   | a{x="1"}a{x="2"}b | …            one after the other, never moved but by compaction
/// slot      0        1       2               offset, length, hash, next
/// table   open addressing by hash → slot + 1
/// ```
///
/// `next[s]` is the slot that came after `s` the last time, so that a caller that sees the same strings in the same
/// order every time compares bytes and never hashes. Slots of removed strings are used again. A table at rest can hold
/// its arrays together with others that hold the same; it takes its own again when it changes. Not thread-safe.
final class KeyTable {
    private static final int FREE = -1;

    /// The arrays of a table at rest; never written.
    private record Rest(byte[] arena, int[] offsets, int[] lengths, int[] hashes, int[] next, int[] table) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Rest that
                    && Arrays.equals(arena, that.arena)
                    && Arrays.equals(offsets, that.offsets)
                    && Arrays.equals(lengths, that.lengths)
                    && Arrays.equals(next, that.next)
                    && Arrays.equals(table, that.table);
        }

        @Override
        public int hashCode() {
            return hash(arena, 0, arena.length);
        }
    }

    /// What the arrays are shared by; they are this table's own without.
    private @Nullable Rest shared;

    private boolean changed;
    private byte[] arena = new byte[1024];
    private int arenaEnd;
    private int garbage;

    private int[] offsets = new int[16];
    private int[] lengths = new int[16];
    private int[] hashes = new int[16];
    private int[] next = new int[16];
    private int[] table = new int[64];
    private int[] freed = new int[8];
    private int freedCount;
    private int end;
    private int first = FREE;
    private int previous = FREE;

    /// Slots are below this.
    int end() {
        return end;
    }

    int count() {
        return end - freedCount;
    }

    boolean has(int slot) {
        return offsets[slot] != FREE;
    }

    byte[] arena() {
        return arena;
    }

    int from(int slot) {
        return offsets[slot];
    }

    int to(int slot) {
        return offsets[slot] + lengths[slot];
    }

    /// Begins again with what came first the last time.
    void restart() {
        previous = FREE;
        changed = false;
    }

    /// Shares what the table holds, if it did not change since it was restarted.
    void rest(Sharing sharing) {
        if (changed || shared != null || freedCount > 0 || end == 0) {
            return;
        }
        Rest mine = sharing.of(new Rest(
                Arrays.copyOf(arena, arenaEnd),
                Arrays.copyOf(offsets, end),
                Arrays.copyOf(lengths, end),
                Arrays.copyOf(hashes, end),
                Arrays.copyOf(next, end),
                table));
        arena = mine.arena;
        offsets = mine.offsets;
        lengths = mine.lengths;
        hashes = mine.hashes;
        next = mine.next;
        table = mine.table;
        shared = mine;
    }

    private void change() {
        changed = true;
        if (shared != null) {
            arena = arena.clone();
            offsets = offsets.clone();
            lengths = lengths.clone();
            hashes = hashes.clone();
            next = next.clone();
            table = table.clone();
            shared = null;
        }
    }

    /// The slot expected next, −1 for none.
    int guess() {
        int slot = previous == FREE ? first : next[previous];
        return slot != FREE && offsets[slot] != FREE ? slot : FREE;
    }

    /// Notes that `slot` came now.
    void visit(int slot) {
        if (previous == FREE) {
            first = slot;
        } else if (next[previous] != slot) {
            change();
            next[previous] = slot;
        }
        previous = slot;
    }

    private static int hash(byte[] bytes, int from, int to) {
        long h = XxHash64.hash(bytes, from, to - from);
        return (int) (h ^ h >>> 32);
    }

    /// The slot of the string, −1 if there is none.
    int find(byte[] bytes, int from, int to) {
        int hash = hash(bytes, from, to);
        int mask = table.length - 1;
        for (int at = hash & mask; table[at] != 0; at = at + 1 & mask) {
            int slot = table[at] - 1;
            if (hashes[slot] == hash
                    && lengths[slot] == to - from
                    && Arrays.equals(arena, offsets[slot], offsets[slot] + lengths[slot], bytes, from, to)) {
                return slot;
            }
        }
        return FREE;
    }

    /// A slot for a string that is not there yet.
    int add(byte[] bytes, int from, int to) {
        change();
        int length = to - from;
        if (arenaEnd + length > arena.length) {
            compact(length);
        }
        int slot;
        if (freedCount > 0) {
            slot = freed[--freedCount];
        } else {
            slot = end++;
            if (slot == offsets.length) {
                int capacity = slot * 2;
                offsets = Arrays.copyOf(offsets, capacity);
                lengths = Arrays.copyOf(lengths, capacity);
                hashes = Arrays.copyOf(hashes, capacity);
                next = Arrays.copyOf(next, capacity);
            }
        }
        System.arraycopy(bytes, from, arena, arenaEnd, length);
        offsets[slot] = arenaEnd;
        lengths[slot] = length;
        hashes[slot] = hash(bytes, from, to);
        next[slot] = FREE;
        arenaEnd += length;
        if (count() * 2 > table.length) {
            rehash();
        } else {
            insert(slot);
        }
        return slot;
    }

    void remove(int slot) {
        change();
        int mask = table.length - 1;
        int at = hashes[slot] & mask;
        while (table[at] != slot + 1) {
            at = at + 1 & mask;
        }
        // Entries behind the gap move into it where they still lie behind their own place.
        int gap = at;
        for (int i = gap + 1 & mask; table[i] != 0; i = i + 1 & mask) {
            int home = hashes[table[i] - 1] & mask;
            if ((i - home & mask) >= (i - gap & mask)) {
                table[gap] = table[i];
                gap = i;
            }
        }
        table[gap] = 0;
        garbage += lengths[slot];
        offsets[slot] = FREE;
        if (freedCount == freed.length) {
            freed = Arrays.copyOf(freed, freedCount * 2);
        }
        freed[freedCount++] = slot;
        if (slot == previous) {
            previous = FREE;
        }
    }

    private void insert(int slot) {
        int mask = table.length - 1;
        int at = hashes[slot] & mask;
        while (table[at] != 0) {
            at = at + 1 & mask;
        }
        table[at] = slot + 1;
    }

    private void rehash() {
        table = new int[table.length * 2];
        for (int slot = 0; slot < end; slot++) {
            if (offsets[slot] != FREE) {
                insert(slot);
            }
        }
    }

    /// Makes room for `more` bytes, leaving out what removed strings held.
    private void compact(int more) {
        int live = arenaEnd - garbage;
        int wanted = live + more;
        var fresh = new byte[wanted + (wanted >> 2) + 64];
        int at = 0;
        for (int slot = 0; slot < end; slot++) {
            if (offsets[slot] != FREE) {
                System.arraycopy(arena, offsets[slot], fresh, at, lengths[slot]);
                offsets[slot] = at;
                at += lengths[slot];
            }
        }
        arena = fresh;
        arenaEnd = at;
        garbage = 0;
    }
}
