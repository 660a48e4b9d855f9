package io.pharos.storage.partition;

import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.SampleMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Partitions merged into one stream of series, what was deleted left out. Works on pair numbers: no labels are built
/// unless something was deleted.
final class MergeStream implements SeriesStream, AutoCloseable {
    private final List<PartitionSelection> sources = new ArrayList<>();
    private final Tombstones tombstones;
    private byte[][] pairs = new byte[0][];
    private int[][] numbers; // [source][its pair] → pair
    private int[][] rows; // [source][series] → its series, −1 for none
    private int size;

    /// Takes over the partitions' references.
    MergeStream(List<SealedPartition> partitions, Tombstones tombstones) {
        this.tombstones = tombstones;
        for (SealedPartition partition : partitions) {
            var all = new int[partition.series()];
            Arrays.setAll(all, i -> i);
            sources.add(new PartitionSelection(partition, all));
        }
        numbers = new int[sources.size()][];
        rows = new int[sources.size()][];
        mergePairs();
        mergeSeries();
    }

    @Override
    public Map<String, MetricMetadata> metadata() {
        var all = new TreeMap<String, MetricMetadata>();
        for (PartitionSelection source : sources) {
            source.partition().metadata(all);
        }
        return all;
    }

    @Override
    public Map<Labels, List<Exemplar>> exemplars(long firstMs, long lastMs) {
        var all = new TreeMap<Labels, List<Exemplar>>();
        for (PartitionSelection source : sources) {
            source.partition().exemplars(new TimeRange(firstMs, lastMs), _ -> true, all);
        }
        return all;
    }

    private static int compare(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(RocksTables.pairKey(a), RocksTables.pairKey(b));
    }

    private void mergePairs() {
        var at = new int[sources.size()];
        var texts = new byte[sources.size()][][];
        var merged = new ArrayList<byte[]>();
        for (int s = 0; s < at.length; s++) {
            texts[s] = sources.get(s).pairTexts();
            numbers[s] = new int[texts[s].length];
        }
        while (true) {
            byte[] least = null;
            for (int s = 0; s < at.length; s++) {
                if (at[s] < texts[s].length && (least == null || compare(texts[s][at[s]], least) < 0)) {
                    least = texts[s][at[s]];
                }
            }
            if (least == null) {
                break;
            }
            for (int s = 0; s < at.length; s++) {
                if (at[s] < texts[s].length && Arrays.equals(texts[s][at[s]], least)) {
                    numbers[s][at[s]++] = merged.size();
                }
            }
            merged.add(least);
        }
        pairs = merged.toArray(byte[][]::new);
    }

    private void mergeSeries() {
        int total = 0;
        for (PartitionSelection source : sources) {
            total += source.size();
        }
        for (int s = 0; s < rows.length; s++) {
            rows[s] = new int[total];
            Arrays.fill(rows[s], -1);
        }
        var at = new int[sources.size()];
        var heads = new int[sources.size()][];
        for (int s = 0; s < at.length; s++) {
            heads[s] = head(s, 0, new int[24]);
        }
        while (true) {
            int least = -1;
            for (int s = 0; s < at.length; s++) {
                if (at[s] < sources.get(s).size() && (least < 0 || order(heads[s], heads[least]) < 0)) {
                    least = s;
                }
            }
            if (least < 0) {
                break;
            }
            int[] chosen = Arrays.copyOf(heads[least], heads[least][0] + 1);
            for (int s = 0; s < at.length; s++) {
                if (at[s] < sources.get(s).size() && order(heads[s], chosen) == 0) {
                    rows[s][size] = at[s]++;
                    if (at[s] < sources.get(s).size()) {
                        heads[s] = head(s, at[s], heads[s]);
                    }
                }
            }
            size++;
        }
    }

    private int[] head(int source, int series, int[] into) {
        if (series >= sources.get(source).size()) {
            return into;
        }
        int[] head = sources.get(source).pairs(series, into);
        for (int i = 1; i <= head[0]; i++) {
            head[i] = numbers[source][head[i]];
        }
        return head;
    }

    private static int order(int[] a, int[] b) {
        int n = Math.min(a[0], b[0]);
        for (int i = 1; i <= n; i++) {
            if (a[i] != b[i]) {
                return Integer.compare(a[i], b[i]);
            }
        }
        return Integer.compare(a[0], b[0]);
    }

    @Override
    public byte[][] pairs() {
        return pairs;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] pairsOf(int series, int[] into) {
        for (int s = 0; s < rows.length; s++) {
            if (rows[s][series] >= 0) {
                return head(s, rows[s][series], into);
            }
        }
        throw new IllegalStateException("bug: a merged series without a source");
    }

    @Override
    public void read(int series, long afterMs, long toMs, SampleBuffer into) {
        int floats = into.floats();
        int histograms = into.histogramCount();
        boolean overlap = false;
        for (int s = 0; s < rows.length; s++) {
            if (rows[s][series] >= 0) {
                int f = into.floats();
                int h = into.histogramCount();
                sources.get(s).read(rows[s][series], afterMs, toMs, into);
                overlap |= f > floats && into.floats() > f && into.times()[f] <= into.times()[f - 1]
                        || h > histograms
                                && into.histogramCount() > h
                                && into.histogramTimes()[h] <= into.histogramTimes()[h - 1];
            }
        }
        if (overlap) {
            into.truncate(floats, histograms);
            var merge = new SampleMerge();
            for (int s = 0; s < rows.length; s++) {
                if (rows[s][series] >= 0) {
                    sources.get(s).read(rows[s][series], afterMs, toMs, merge.next());
                }
            }
            merge.into(into, afterMs, toMs);
        }
        if (!tombstones.isEmpty()) {
            int[] of = pairsOf(series, new int[24]);
            Labels labels = PartitionWriter.labels(pairs, Arrays.copyOfRange(of, 1, of[0] + 1), of[0]);
            tombstones.apply(labels, into);
        }
    }

    @Override
    public void close() {
        for (PartitionSelection source : sources) {
            source.close();
        }
    }
}
