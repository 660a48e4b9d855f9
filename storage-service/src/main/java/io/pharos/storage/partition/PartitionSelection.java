package io.pharos.storage.partition;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/// Series of one partition, in label order. Keeps the partition open until [#close()].
final class PartitionSelection implements SeriesSet {
    private static final ThreadLocal<SampleBlock.Reader> READER = ThreadLocal.withInitial(SampleBlock.Reader::new);

    private final SealedPartition partition;
    private final int[] ids;

    PartitionSelection(SealedPartition partition, int[] ids) {
        this.partition = partition;
        this.ids = ids;
    }

    @Override
    public int size() {
        return ids.length;
    }

    @Override
    public Labels labels(int series) {
        return partition.index().labels(ids[series]);
    }

    SealedPartition partition() {
        return partition;
    }

    /// Count, pair numbers.
    int[] pairs(int series, int[] into) {
        return partition.index().pairs(ids[series], into);
    }

    byte[][] pairTexts() {
        return partition.index().pairTexts;
    }

    @Override
    public void read(int series, long afterMs, long toMs, SampleBuffer into) {
        int id = ids[series];
        int block = partition.blockOf(id);
        SampleBlock.Reader reader = READER.get();
        partition.load(block, reader);
        reader.read(id - partition.blockFirsts[block], afterMs, toMs, into);
    }

    @Override
    public void latest(int series, long afterMs, long atMs, SampleBuffer into) {
        int id = ids[series];
        int block = partition.blockOf(id);
        SampleBlock.Reader reader = READER.get();
        partition.load(block, reader);
        if (!reader.latest(id - partition.blockFirsts[block], afterMs, atMs, into)) {
            SeriesSet.super.latest(series, afterMs, atMs, into);
        }
    }

    @Override
    public Groups group(List<String> names, boolean without) {
        SealedPartition.Index index = partition.index();
        var kept = new boolean[index.names.size()];
        for (int i = 0; i < kept.length; i++) {
            String name = index.names.get(i);
            kept[i] = names.contains(name) != without && !(without && name.equals(Labels.METRIC_NAME));
        }
        record Key(int[] pairs) {
            @Override
            public boolean equals(Object other) {
                return other instanceof Key key && Arrays.equals(pairs, key.pairs);
            }

            @Override
            public int hashCode() {
                return Arrays.hashCode(pairs);
            }
        }
        var known = new HashMap<Key, Integer>();
        var groupOf = new int[ids.length];
        var labels = new ArrayList<Labels>();
        var pairs = new int[24];
        var key = new int[24];
        for (int i = 0; i < ids.length; i++) {
            pairs = index.pairs(ids[i], pairs);
            if (key.length < pairs[0]) {
                key = new int[pairs[0]];
            }
            int n = 0;
            for (int k = 1; k <= pairs[0]; k++) {
                if (kept[index.pairNames[pairs[k]]]) {
                    key[n++] = pairs[k];
                }
            }
            var of = new Key(Arrays.copyOf(key, n));
            Integer group = known.get(of);
            if (group == null) {
                group = labels.size();
                known.put(of, group);
                labels.add(PartitionWriter.labels(index.pairTexts, of.pairs(), n));
            }
            groupOf[i] = group;
        }
        return new Groups(groupOf, labels);
    }

    @Override
    public void close() {
        partition.release();
    }
}
