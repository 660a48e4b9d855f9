package io.pharos.query.operator;

import java.util.Arrays;

/// The k greatest (or smallest) of a sequence of values, NaN last of all. Ties keep those seen first.
final class TopHeap {
    private final boolean top;
    private int[] rows;
    private double[] values;
    private int most;
    private int size;

    TopHeap(boolean top, int capacity) {
        this.top = top;
        rows = new int[Math.max(1, capacity)];
        values = new double[Math.max(1, capacity)];
    }

    void start(int k) {
        most = k;
        size = 0;
    }

    /// Whether `a` is to be given up before `b`.
    private boolean worse(double a, double b) {
        if (Double.isNaN(a)) {
            return true;
        }
        return top ? a < b : a > b;
    }

    void offer(int row, double value) {
        if (size < most) {
            if (size == rows.length) {
                rows = Arrays.copyOf(rows, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            rows[size] = row;
            values[size] = value;
            up(size++);
            return;
        }
        boolean better = top ? values[0] < value : values[0] > value;
        if (better || Double.isNaN(values[0]) && !Double.isNaN(value)) {
            rows[0] = row;
            values[0] = value;
            down(0);
        }
    }

    private void up(int from) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) / 2;
            if (!worse(values[at], values[parent])) {
                return;
            }
            swap(at, parent);
            at = parent;
        }
    }

    private void down(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && worse(values[child + 1], values[child])) {
                child++;
            }
            if (!worse(values[child], values[at])) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private void swap(int a, int b) {
        int row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
        double value = values[a];
        values[a] = values[b];
        values[b] = value;
    }

    /// The rows kept, in the order of the heap.
    int[] unsorted() {
        return Arrays.copyOf(rows, size);
    }

    /// The rows kept, best first.
    int[] sorted() {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                (a, b) -> compare(values[a], values[b]) != 0
                        ? compare(values[a], values[b])
                        : Integer.compare(rows[a], rows[b]));
        var sorted = new int[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = rows[order[i]];
        }
        return sorted;
    }

    private int compare(double a, double b) {
        boolean aNan = Double.isNaN(a);
        boolean bNan = Double.isNaN(b);
        if (aNan || bNan) {
            return Boolean.compare(aNan, bNan);
        }
        if (a == b) {
            return 0;
        }
        return top ? Double.compare(b, a) : Double.compare(a, b);
    }
}
