package io.pharos.storage.select;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SelectHints;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.storage.head.SampleMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/// Several sources of series as one set: series with equal labels become one, their samples in time order, the earlier
/// source winning where both have a sample of one time.
public final class SeriesMerge implements SeriesSet {
    private final List<? extends SeriesSet> sources;
    private final int size;
    private final int[][] rows; // [source][series] → series of the source, −1 for none
    private final Labels[] labels;
    private final boolean sorted;

    private SeriesMerge(List<? extends SeriesSet> sources, int size, int[][] rows, Labels[] labels, boolean sorted) {
        this.sorted = sorted;
        this.sources = sources;
        this.size = size;
        this.rows = rows;
        this.labels = labels;
    }

    /// Merges the sources, which stand in time order and become the set's own, into the order that the hints ask for.
    public static SeriesSet of(List<? extends SeriesSet> sources, SelectHints hints) {
        var filled = new ArrayList<SeriesSet>();
        for (SeriesSet source : sources) {
            if (source.size() > 0) {
                filled.add(source);
            } else {
                source.close();
            }
        }
        boolean sorted = hints.sorted() || hints.asStored() && filled.size() > 1;
        if (filled.size() == 1 && !sorted) {
            return filled.getFirst();
        }
        int total = 0;
        for (SeriesSet source : filled) {
            total += source.size();
        }
        var labels = new Labels[total];
        var rows = new int[filled.size()][];
        int size = 0;
        if (filled.size() == 1) {
            rows[0] = new int[total];
            for (int i = 0; i < total; i++) {
                labels[i] = filled.getFirst().labels(i);
                rows[0][i] = i;
            }
            size = total;
        } else {
            var known = new HashMap<Labels, Integer>(total);
            for (int s = 0; s < rows.length; s++) {
                rows[s] = new int[total];
                Arrays.fill(rows[s], -1);
                SeriesSet source = filled.get(s);
                for (int i = 0; i < source.size(); i++) {
                    Labels of = source.labels(i);
                    Integer there = known.putIfAbsent(of, size);
                    if (there == null) {
                        labels[size] = of;
                        rows[s][size++] = i;
                    } else {
                        rows[s][there] = i;
                    }
                }
            }
        }
        if (sorted) {
            sort(labels, rows, size);
        }
        return new SeriesMerge(filled, size, rows, labels, sorted);
    }

    private static void sort(Labels[] labels, int[][] rows, int size) {
        boolean inOrder = true;
        for (int i = 1; i < size && inOrder; i++) {
            inOrder = labels[i - 1].compareTo(labels[i]) <= 0;
        }
        if (inOrder) {
            return;
        }
        var order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> labels[a].compareTo(labels[b]));
        Labels[] before = labels.clone();
        for (int i = 0; i < size; i++) {
            labels[i] = before[order[i]];
        }
        for (int[] row : rows) {
            int[] was = row.clone();
            for (int i = 0; i < size; i++) {
                row[i] = was[order[i]];
            }
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Labels labels(int series) {
        return labels[series];
    }

    @Override
    public boolean asStored() {
        return sorted;
    }

    @Override
    public void read(int series, long afterMs, long toMs, SampleBuffer into) {
        int floats = into.floats();
        int histograms = into.histogramCount();
        boolean overlap = false;
        for (int s = 0; s < rows.length && !overlap; s++) {
            if (rows[s][series] >= 0) {
                int f = into.floats();
                int h = into.histogramCount();
                sources.get(s).read(rows[s][series], afterMs, toMs, into);
                overlap = f > floats && into.floats() > f && into.times()[f] <= into.times()[f - 1]
                        || h > histograms
                                && into.histogramCount() > h
                                && into.histogramTimes()[h] <= into.histogramTimes()[h - 1];
            }
        }
        if (!overlap) {
            return;
        }
        into.truncate(floats, histograms);
        var merge = new SampleMerge();
        for (int s = 0; s < rows.length; s++) {
            if (rows[s][series] >= 0) {
                sources.get(s).read(rows[s][series], afterMs, toMs, merge.next());
            }
        }
        merge.into(into, afterMs, toMs);
    }

    @Override
    public void latest(int series, long afterMs, long atMs, SampleBuffer into) {
        int only = -1;
        for (int s = rows.length - 1; s >= 0; s--) {
            if (rows[s][series] >= 0) {
                if (only >= 0) {
                    SeriesSet.super.latest(series, afterMs, atMs, into);
                    return;
                }
                only = s;
            }
        }
        sources.get(only).latest(rows[only][series], afterMs, atMs, into);
    }

    @Override
    public Groups group(List<String> names, boolean without) {
        if (sources.isEmpty()) {
            return new Groups(new int[0], List.of());
        }
        var of = new Groups[sources.size()];
        for (int s = 0; s < of.length; s++) {
            of[s] = sources.get(s).group(names, without);
        }
        var groupOf = new int[size];
        var known = new HashMap<Labels, Integer>();
        var groups = new ArrayList<Labels>();
        var mapped = new int[of.length][];
        for (int s = 0; s < of.length; s++) {
            mapped[s] = new int[of[s].labels().size()];
            Arrays.fill(mapped[s], -1);
        }
        for (int i = 0; i < size; i++) {
            int s = 0;
            while (rows[s][i] < 0) {
                s++;
            }
            int local = of[s].groupOf()[rows[s][i]];
            if (mapped[s][local] < 0) {
                Labels key = of[s].labels().get(local);
                Integer there = known.putIfAbsent(key, groups.size());
                if (there == null) {
                    there = groups.size();
                    groups.add(key);
                }
                mapped[s][local] = there;
            }
            groupOf[i] = mapped[s][local];
        }
        return new Groups(groupOf, groups);
    }

    @Override
    public void close() {
        for (SeriesSet source : sources) {
            source.close();
        }
    }
}
