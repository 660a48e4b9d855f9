package io.pharos.storage.head;

import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The full chunks of a head at one moment, series by series in label order: what is sealed into partitions. Pinned
/// until [#close()].
public final class HeadStream implements AutoCloseable {
    private final HeadSelection selection;
    private final long firstMs;
    private final long lastMs;
    private byte[][] pairs;
    private final int[] numbers; // per series: pairs of it, by rank, from starts[i] to starts[i + 1]
    private final int[] starts;
    private final int[] order;
    private final boolean[] used;
    private final Map<Labels, List<Exemplar>> unsealed;
    private final Map<String, MetricMetadata> metadata;
    private final Map<Labels, List<Exemplar>> handed = new HashMap<>();

    HeadStream(Head head, HeadSelection selection, long firstMs, long lastMs) {
        this.selection = selection;
        this.firstMs = firstMs;
        this.lastMs = lastMs;
        unsealed = head.exemplars.unsealed();
        metadata = Map.copyOf(head.metadata);
        int n = selection.size();
        pairs = head.index.pairTexts();
        used = new boolean[pairs.length];
        starts = new int[n + 1];
        var all = new int[Math.max(16, n * 10)];
        var one = new int[24];
        int at = 0;
        for (int i = 0; i < n; i++) {
            one = head.index.pairsOf(selection.id(i), one);
            if (at + one[0] > all.length) {
                all = Arrays.copyOf(all, Math.max(at + one[0], all.length + (all.length >> 1)));
            }
            for (int k = 1; k <= one[0]; k++) {
                all[at++] = one[k];
                used[one[k]] = true;
            }
            starts[i + 1] = at;
        }
        numbers = all;
        order = new int[n];
    }

    /// Sorts; needs no lock, since it has copies of what it needs.
    void sort() {
        byte[][] texts = pairs;
        int n = order.length;
        var sorted = new Integer[texts.length];
        int kept = 0;
        for (int i = 0; i < texts.length; i++) {
            if (used[i]) {
                sorted[kept++] = i;
            }
        }
        Arrays.sort(sorted, 0, kept, (a, b) -> comparePairs(texts[a], texts[b]));
        var rank = new int[texts.length];
        pairs = new byte[kept][];
        for (int i = 0; i < kept; i++) {
            rank[sorted[i]] = i;
            pairs[i] = texts[sorted[i]];
        }
        for (int i = 0; i < starts[n]; i++) {
            numbers[i] = rank[numbers[i]];
        }
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        sort(order, new int[n], 0, n);
    }

    /// Names first, then values, by unsigned bytes: the order of labels.
    private static int comparePairs(byte[] a, byte[] b) {
        int aName = Labels.textStart(a, 0);
        int bName = Labels.textStart(b, 0);
        int aNameEnd = aName + Labels.textLength(a, 0);
        int bNameEnd = bName + Labels.textLength(b, 0);
        int byName = Arrays.compareUnsigned(a, aName, aNameEnd, b, bName, bNameEnd);
        if (byName != 0) {
            return byName;
        }
        return Arrays.compareUnsigned(
                a, Labels.textStart(a, aNameEnd), a.length, b, Labels.textStart(b, bNameEnd), b.length);
    }

    private int compare(int a, int b) {
        return Arrays.compare(numbers, starts[a], starts[a + 1], numbers, starts[b], starts[b + 1]);
    }

    private void sort(int[] x, int[] spare, int from, int to) {
        if (to - from < 12) {
            for (int i = from + 1; i < to; i++) {
                int v = x[i];
                int k = i;
                while (k > from && compare(x[k - 1], v) > 0) {
                    x[k] = x[k - 1];
                    k--;
                }
                x[k] = v;
            }
            return;
        }
        int middle = (from + to) >>> 1;
        sort(x, spare, from, middle);
        sort(x, spare, middle, to);
        if (compare(x[middle - 1], x[middle]) <= 0) {
            return;
        }
        System.arraycopy(x, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        int out = from;
        while (left < middle) {
            if (right < to && compare(x[right], spare[left]) < 0) {
                x[out++] = x[right++];
            } else {
                x[out++] = spare[left++];
            }
        }
    }

    HeadSelection selection() {
        return selection;
    }

    /// Times of the oldest and newest sample, where there is one.
    public long firstMs() {
        return firstMs;
    }

    public long lastMs() {
        return lastMs;
    }

    public byte[][] pairs() {
        return pairs;
    }

    public int size() {
        return order.length;
    }

    /// What is known of families.
    public Map<String, MetricMetadata> metadata() {
        return metadata;
    }

    /// Exemplars of that time which are in no partition yet. Once the stream is sealed they are.
    public Map<Labels, List<Exemplar>> exemplars(long fromMs, long toMs) {
        var found = new HashMap<Labels, List<Exemplar>>();
        unsealed.forEach((series, all) -> {
            List<Exemplar> of = all.stream()
                    .filter(e -> e.atMs() >= fromMs && e.atMs() <= toMs)
                    .toList();
            if (!of.isEmpty()) {
                found.put(series, of);
                handed.computeIfAbsent(series, _ -> new ArrayList<>()).addAll(of);
            }
        });
        return found;
    }

    Map<Labels, List<Exemplar>> handed() {
        return handed;
    }

    /// Count, then numbers.
    public int[] pairsOf(int series, int[] into) {
        int from = starts[order[series]];
        int n = starts[order[series] + 1] - from;
        int[] of = into.length > n ? into : new int[n + 8];
        of[0] = n;
        System.arraycopy(numbers, from, of, 1, n);
        return of;
    }

    public void read(int series, long afterMs, long toMs, SampleBuffer into) {
        selection.read(order[series], afterMs, toMs, into);
    }

    @Override
    public void close() {
        selection.close();
    }
}
