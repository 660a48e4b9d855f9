package io.pharos.storage.head;

import io.pharos.storage.memory.Slab;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/// The selections that are open, and the slots they may still read: a slot freed while selections are open returns to
/// the slab when the last of them that could have seen it is closed.
final class Readers {
    private final Slab slab;
    private final List<HeadSelection> open = new ArrayList<>();
    private long epoch;
    private int[] slots = new int[256];
    private long[] freedAt = new long[256];
    private int head;
    private int count;

    Readers(Slab slab) {
        this.slab = slab;
    }

    /// Under the head's read or write lock.
    synchronized void opened(HeadSelection selection) {
        selection.epoch = ++epoch;
        open.add(selection);
    }

    synchronized void closed(HeadSelection selection) {
        open.remove(selection);
    }

    /// Frees a slot, now or when nobody reads it. Under the write lock.
    synchronized void free(int slot) {
        if (open.isEmpty() && count == 0) {
            slab.free(slot);
            return;
        }
        if (head + count == slots.length) {
            if (head > slots.length / 2) {
                System.arraycopy(slots, head, slots, 0, count);
                System.arraycopy(freedAt, head, freedAt, 0, count);
            } else {
                slots = Arrays.copyOf(slots, (head + count) * 2);
                freedAt = Arrays.copyOf(freedAt, slots.length);
                System.arraycopy(slots, head, slots, 0, count);
                System.arraycopy(freedAt, head, freedAt, 0, count);
            }
            head = 0;
        }
        slots[head + count] = slot;
        freedAt[head + count] = epoch;
        count++;
    }

    /// Frees what nobody can read any more. Under the write lock.
    synchronized void reclaim() {
        if (count == 0) {
            return;
        }
        long oldest = Long.MAX_VALUE;
        for (HeadSelection selection : open) {
            oldest = Math.min(oldest, selection.epoch);
        }
        while (count > 0 && freedAt[head] < oldest) {
            slab.free(slots[head]);
            head++;
            count--;
        }
        if (count == 0) {
            head = 0;
        }
    }

    /// Lets every open selection keep the labels of series that are about to go.
    synchronized void rescue(RoaringBitmap gone) {
        for (HeadSelection selection : open) {
            selection.rescue(gone);
        }
    }
}
