package io.pharos.model.histogram;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The buckets of one side of a histogram while it is computed with: ascending bucket indices with a count
/// each, and what Kahan summation still owes each count, if that is tracked.
///
/// Shapes: `index[size]`, `count[size]`, `owed[size]` or null. Mutable; belongs to one computation.
final class Buckets {
    int[] index;
    double[] count;
    double @Nullable [] owed;
    int size;

    private Buckets(int[] index, double[] count, int size) {
        this.index = index;
        this.count = count;
        this.size = size;
    }

    static Buckets empty() {
        return new Buckets(new int[4], new double[4], 0);
    }

    /// A copy of the buckets that `spans` lay out. Buckets without a count (a corrupt histogram) are left out.
    static Buckets of(BucketSpan[] spans, double[] counts) {
        var index = new int[counts.length];
        int at = 0;
        int next = 0;
        for (BucketSpan span : spans) {
            next += span.offset();
            for (int i = 0; i < span.length() && at < counts.length; i++) {
                index[at++] = next++;
            }
        }
        return new Buckets(index, Arrays.copyOf(counts, counts.length), at);
    }

    Buckets copy() {
        var copy = new Buckets(Arrays.copyOf(index, index.length), Arrays.copyOf(count, count.length), size);
        copy.owed = owed == null ? null : Arrays.copyOf(owed, owed.length);
        return copy;
    }

    void trackOwed() {
        if (owed == null) {
            owed = new double[count.length];
        }
    }

    /// Merges buckets so that they fit a coarser schema.
    void reduce(int fromSchema, int toSchema) {
        int shift = fromSchema - toSchema;
        int out = -1;
        for (int i = 0; i < size; i++) {
            int target = ((index[i] - 1) >> shift) + 1;
            if (out >= 0 && index[out] == target) {
                if (owed == null) {
                    count[out] += count[i];
                } else {
                    addKahan(out, count[i]);
                    addKahan(out, owed[i]);
                }
            } else {
                out++;
                index[out] = target;
                count[out] = count[i];
                if (owed != null) {
                    owed[out] = owed[i];
                }
            }
        }
        size = out + 1;
    }

    /// Adds `sign` times the other buckets to these. Other buckets up to the zero threshold are left out: they
    /// are in the zero count already.
    void add(Buckets other, double sign, int schema, double zeroThreshold) {
        int start = 0;
        while (start < other.size
                && !BucketBounds.isCustom(schema)
                && BucketBounds.exponential(other.index[start], schema) <= zeroThreshold) {
            start++;
        }
        int fresh = 0;
        for (int i = start, j = 0; i < other.size; i++) {
            while (j < size && index[j] < other.index[i]) {
                j++;
            }
            if (j == size || index[j] != other.index[i]) {
                fresh++;
            }
        }
        if (fresh > 0) {
            makeRoom(other, start, fresh);
        }
        for (int i = start, j = 0; i < other.size; i++) {
            while (index[j] < other.index[i]) {
                j++;
            }
            if (owed == null) {
                count[j] += sign * other.count[i];
            } else {
                addKahan(j, sign * other.count[i]);
                double[] otherOwed = other.owed;
                if (otherOwed != null && otherOwed[i] != 0) {
                    addKahan(j, sign * otherOwed[i]);
                }
            }
        }
    }

    /// Merges the missing indices of `other` in, with a count of zero.
    private void makeRoom(Buckets other, int start, int fresh) {
        int total = size + fresh;
        var newIndex = new int[total];
        var newCount = new double[total];
        double[] newOwed = owed == null ? null : new double[total];
        int i = 0;
        int j = start;
        for (int out = 0; out < total; out++) {
            if (j == other.size || i < size && index[i] <= other.index[j]) {
                if (j < other.size && index[i] == other.index[j]) {
                    j++;
                }
                newIndex[out] = index[i];
                newCount[out] = count[i];
                if (newOwed != null && owed != null) {
                    newOwed[out] = owed[i];
                }
                i++;
            } else {
                newIndex[out] = other.index[j++];
            }
        }
        index = newIndex;
        count = newCount;
        owed = newOwed;
        size = total;
    }

    private void addKahan(int at, double more) {
        double[] rest = owed;
        if (rest == null) {
            throw new IllegalStateException("bug: buckets do not track what is owed");
        }
        double sum = count[at];
        double total = sum + more;
        rest[at] = Kahan.owed(sum, more, total, rest[at]);
        count[at] = total;
    }

    /// Adds what is owed to the counts.
    void settle() {
        double[] rest = owed;
        if (rest != null) {
            for (int i = 0; i < size; i++) {
                count[i] += rest[i];
            }
            owed = null;
        }
    }

    /// Drops empty buckets.
    void compact() {
        int out = 0;
        for (int i = 0; i < size; i++) {
            if (count[i] != 0 || owed != null && owed[i] != 0) {
                index[out] = index[i];
                count[out] = count[i];
                if (owed != null) {
                    owed[out] = owed[i];
                }
                out++;
            }
        }
        size = out;
    }

    void scale(double factor) {
        for (int i = 0; i < size; i++) {
            count[i] *= factor;
        }
        if (owed != null) {
            for (int i = 0; i < size; i++) {
                owed[i] *= factor;
            }
        }
    }

    void divide(double by) {
        for (int i = 0; i < size; i++) {
            count[i] /= by;
        }
        if (owed != null) {
            for (int i = 0; i < size; i++) {
                owed[i] /= by;
            }
        }
    }

    boolean anyInfinite() {
        for (int i = 0; i < size; i++) {
            if (Double.isInfinite(count[i])) {
                return true;
            }
        }
        return false;
    }

    void clear() {
        size = 0;
    }

    double[] counts() {
        return Arrays.copyOf(count, size);
    }

    BucketSpan[] spans() {
        var spans = new BucketSpan[size];
        int n = 0;
        int next = 0;
        for (int i = 0; i < size; ) {
            int length = 1;
            while (i + length < size && index[i + length] == index[i] + length) {
                length++;
            }
            spans[n] = new BucketSpan(n == 0 ? index[i] : index[i] - next, length);
            n++;
            next = index[i] + length;
            i += length;
        }
        return Arrays.copyOf(spans, n);
    }

    /// Moves the counts of buckets with custom bounds to the buckets of fewer bounds, each of which is one of `bounds`.
    Buckets regroup(double[] bounds, double[] fewer) {
        var target = new double[fewer.length + 1];
        double[] targetOwed = owed == null ? null : new double[fewer.length + 1];
        int at = 0;
        for (int i = 0; i < size; i++) {
            int to = fewer.length;
            if (index[i] < bounds.length) {
                while (at < fewer.length && fewer[at] < bounds[index[i]]) {
                    at++;
                }
                to = at;
            }
            if (targetOwed == null || owed == null) {
                target[to] += count[i];
            } else {
                double sum = target[to];
                double total = sum + count[i];
                targetOwed[to] = Kahan.owed(sum, count[i], total, targetOwed[to]);
                targetOwed[to] = Kahan.owed(total, owed[i], total + owed[i], targetOwed[to]);
                target[to] = total + owed[i];
            }
        }
        var index = new int[target.length];
        Arrays.setAll(index, i -> i);
        var result = new Buckets(index, target, target.length);
        result.owed = targetOwed;
        result.compact();
        return result;
    }
}
