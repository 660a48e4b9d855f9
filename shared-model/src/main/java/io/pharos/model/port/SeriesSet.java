package io.pharos.model.port;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.LabelsBuilder;
import io.pharos.model.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Series selected, numbered from 0. A stable view: appends after the select are not seen. Methods may be
/// called from several threads at once, each with a buffer of its own; [#close()] once, after the last of them,
/// releases what the view pins.
public interface SeriesSet extends AutoCloseable {
    int size();

    /// Whether the series come as [SelectHints] asks with `asStored`, be it that it was asked or not. If not, that
    /// order is by labels.
    default boolean asStored() {
        return true;
    }

    /// The labels of a series; may build them.
    Labels labels(int series);

    /// Appends to `into` the samples of a series with `afterMs < time ≤ toMs`, in time order, stale markers included.
    void read(int series, long afterMs, long toMs, SampleBuffer into);

    /// Appends to `into` the newest sample (float or histogram, stale markers included) with `afterMs < time ≤ atMs`,
    /// if there is one.
    default void latest(int series, long afterMs, long atMs, SampleBuffer into) {
        var all = new SampleBuffer();
        read(series, afterMs, atMs, all);
        int f = all.floats();
        int h = all.histogramCount();
        boolean floatIsNewer = f > 0 && (h == 0 || all.times()[f - 1] > all.histogramTimes()[h - 1]);
        if (floatIsNewer) {
            long[] starts = all.starts();
            into.addFloat(all.times()[f - 1], all.values()[f - 1], starts == null ? 0 : starts[f - 1]);
        } else if (h > 0) {
            long[] starts = all.histogramStarts();
            into.addHistogram(all.histogramTimes()[h - 1], all.histograms()[h - 1], starts == null ? 0 : starts[h - 1]);
        }
    }

    /// Groups the series by some of their labels. Sources override it to compare symbols instead of strings.
    ///
    /// @param names the labels to group by, or with `without` those to leave out (`__name__` is left out too then)
    default Groups group(List<String> names, boolean without) {
        String[] list = names.toArray(String[]::new);
        var groupOf = new int[size()];
        var known = new HashMap<Labels, Integer>();
        var labels = new ArrayList<Labels>();
        for (int i = 0; i < groupOf.length; i++) {
            var builder = new LabelsBuilder(labels(i));
            Labels key = without
                    ? builder.remove(list).remove(Labels.METRIC_NAME).build()
                    : builder.keep(list).build();
            Integer group = known.putIfAbsent(key, labels.size());
            if (group == null) {
                group = labels.size();
                labels.add(key);
            }
            groupOf[i] = group;
        }
        return new Groups(groupOf, labels);
    }

    @Override
    void close();

    /// `groupOf[series]` is an index into `labels`; groups are numbered in order of first appearance.
    record Groups(int[] groupOf, List<Labels> labels) {}
}
