package io.pharos.storage.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The series that carry one label pair: a short sorted array, or a bitmap once there are many.
final class Postings {
    private static final int SMALL = 12;
    /// Series from which on a range is added as one: fewer make no run that others are then put beside one by one.
    private static final int LONG_RUN = 256;
    private static final int[] NONE = {};

    private int[] small = NONE;
    private int count;
    private @Nullable RoaringBitmap bitmap;

    void add(int series) {
        if (bitmap != null) {
            bitmap.add(series);
            return;
        }
        if (count == SMALL) {
            bitmap = new RoaringBitmap();
            for (int i = 0; i < count; i++) {
                bitmap.add(small[i]);
            }
            bitmap.add(series);
            small = NONE;
            return;
        }
        if (count == small.length) {
            small = Arrays.copyOf(small, count == 0 ? 1 : Math.min(SMALL, count * 2));
        }
        int at = count;
        while (at > 0 && small[at - 1] > series) {
            small[at] = small[at - 1];
            at--;
        }
        small[at] = series;
        count++;
    }

    /// Adds the series from `from` up to `to`, which is none of them.
    void addRange(int from, int to) {
        RoaringBitmap into = bitmap;
        if (into != null && to - from >= LONG_RUN) {
            into.add((long) from, (long) to);
            return;
        }
        for (int series = from; series < to; series++) {
            add(series);
        }
    }

    /// Adds `n` series larger than all there are, ascending.
    void append(int[] series, int from, int n) {
        if (bitmap == null && count + n <= SMALL) {
            for (int i = 0; i < n; i++) {
                add(series[from + i]);
            }
            return;
        }
        RoaringBitmap into = bitmap;
        if (into == null) {
            into = new RoaringBitmap();
            into.addN(small, 0, count);
            bitmap = into;
            small = NONE;
        }
        into.addN(series, from, n);
    }

    void remove(RoaringBitmap gone) {
        if (bitmap != null) {
            bitmap.andNot(gone);
            return;
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!gone.contains(small[i])) {
                small[kept++] = small[i];
            }
        }
        count = kept;
    }

    boolean isEmpty() {
        return bitmap == null ? count == 0 : bitmap.isEmpty();
    }

    int cardinality() {
        return bitmap == null ? count : bitmap.getCardinality();
    }

    void addTo(RoaringBitmap into) {
        if (bitmap != null) {
            into.or(bitmap);
        } else {
            for (int i = 0; i < count; i++) {
                into.add(small[i]);
            }
        }
    }

    /// Copies the series, ascending, and answers where they end.
    int copyTo(int[] into, int from) {
        if (bitmap == null) {
            System.arraycopy(small, 0, into, from, count);
            return from + count;
        }
        int at = from;
        for (var it = bitmap.getIntIterator(); it.hasNext(); ) {
            into[at++] = it.next();
        }
        return at;
    }

    void retainIn(RoaringBitmap into) {
        into.and(asBitmap());
    }

    boolean intersects(RoaringBitmap other) {
        if (bitmap != null) {
            return RoaringBitmap.intersects(bitmap, other);
        }
        for (int i = 0; i < count; i++) {
            if (other.contains(small[i])) {
                return true;
            }
        }
        return false;
    }

    /// A bitmap that the caller may change.
    RoaringBitmap toBitmap() {
        return bitmap != null ? bitmap.clone() : asBitmap();
    }

    private RoaringBitmap asBitmap() {
        if (bitmap != null) {
            return bitmap;
        }
        var copy = new RoaringBitmap();
        addTo(copy);
        return copy;
    }
}
