package io.pharos.storage.select;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.head.SampleMerge;
import io.pharos.storage.partition.Tombstones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/// A series set without what was deleted; series that have nothing else in the range are left out.
public final class DeletedSamples implements SeriesSet {
    private final SeriesSet all;
    private final Tombstones deleted;
    private final int[] rows;
    private final boolean[] touched;

    private DeletedSamples(SeriesSet all, Tombstones deleted, int[] rows, boolean[] touched) {
        this.all = all;
        this.deleted = deleted;
        this.rows = rows;
        this.touched = touched;
    }

    public static SeriesSet without(SeriesSet all, Tombstones deleted, TimeRange range) {
        var rows = new int[all.size()];
        var touched = new boolean[all.size()];
        boolean any = false;
        int n = 0;
        long after = range.firstMs() == Long.MIN_VALUE ? Long.MIN_VALUE : range.firstMs() - 1;
        for (int i = 0; i < rows.length; i++) {
            Labels labels = all.labels(i);
            boolean hit = deleted.of(labels).stream().anyMatch(r -> r.overlaps(range.firstMs(), range.lastMs()));
            if (hit) {
                any = true;
                var samples = new SampleBuffer();
                all.read(i, after, range.lastMs(), samples);
                deleted.apply(labels, samples);
                if (samples.isEmpty()) {
                    continue;
                }
            }
            touched[n] = hit;
            rows[n++] = i;
        }
        return any ? new DeletedSamples(all, deleted, Arrays.copyOf(rows, n), touched) : all;
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public Labels labels(int series) {
        return all.labels(rows[series]);
    }

    @Override
    public boolean asStored() {
        return all.asStored();
    }

    @Override
    public void read(int series, long afterMs, long toMs, SampleBuffer into) {
        if (!touched[series]) {
            all.read(rows[series], afterMs, toMs, into);
            return;
        }
        var merge = new SampleMerge();
        SampleBuffer own = merge.next();
        all.read(rows[series], afterMs, toMs, own);
        deleted.apply(labels(series), own);
        merge.into(into, afterMs, toMs);
    }

    @Override
    public void latest(int series, long afterMs, long atMs, SampleBuffer into) {
        if (touched[series]) {
            SeriesSet.super.latest(series, afterMs, atMs, into);
        } else {
            all.latest(rows[series], afterMs, atMs, into);
        }
    }

    @Override
    public Groups group(List<String> names, boolean without) {
        Groups whole = all.group(names, without);
        // groups are numbered in order of first appearance
        var renumbered = new HashMap<Integer, Integer>();
        var labels = new ArrayList<Labels>();
        var groupOf = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int group = whole.groupOf()[rows[i]];
            Integer now = renumbered.putIfAbsent(group, labels.size());
            if (now == null) {
                now = labels.size();
                labels.add(whole.labels().get(group));
            }
            groupOf[i] = now;
        }
        return new Groups(groupOf, labels);
    }

    @Override
    public void close() {
        all.close();
    }
}
