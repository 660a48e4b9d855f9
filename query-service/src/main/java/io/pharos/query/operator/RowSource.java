package io.pharos.query.operator;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SeriesSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the rows of a stream come from: selected series, or a table (a subquery's).
sealed interface RowSource {
    int size();

    Labels labels(int row);

    boolean dropName(int row);

    /// As [SeriesSet#group].
    SeriesSet.Groups group(List<String> names, boolean without);

    /// Whether the rows come in the order of the reference; if not, that order is by labels.
    boolean inOrder();

    /// The name all rows have, if that is known.
    @Nullable
    String metricName();

    record Selected(SeriesSet set, @Nullable String metricName) implements RowSource {
        @Override
        public int size() {
            return set.size();
        }

        @Override
        public Labels labels(int row) {
            return set.labels(row);
        }

        @Override
        public boolean dropName(int row) {
            return false;
        }

        @Override
        public SeriesSet.Groups group(List<String> names, boolean without) {
            return set.group(names, without);
        }

        @Override
        public boolean inOrder() {
            return set.asStored();
        }
    }

    record Evaluated(SeriesTable table) implements RowSource {
        @Override
        public int size() {
            return table.rows;
        }

        @Override
        public Labels labels(int row) {
            return table.labels[row];
        }

        @Override
        public boolean dropName(int row) {
            return table.dropName.get(row);
        }

        @Override
        public SeriesSet.Groups group(List<String> names, boolean without) {
            return RowSource.group(table.labels, names, without);
        }

        @Override
        public boolean inOrder() {
            return true;
        }

        @Override
        public @Nullable String metricName() {
            return null;
        }
    }

    static SeriesSet.Groups group(Labels[] rows, List<String> names, boolean without) {
        var dropped = new ArrayList<>(names);
        dropped.add(Labels.METRIC_NAME);
        LabelPick pick = without ? LabelPick.dropping(dropped) : LabelPick.keeping(names);
        var groupOf = new int[rows.length];
        var known = new HashMap<Labels, Integer>();
        var labels = new ArrayList<Labels>();
        for (int i = 0; i < rows.length; i++) {
            Labels key = pick.of(rows[i]);
            Integer group = known.putIfAbsent(key, labels.size());
            if (group == null) {
                group = labels.size();
                labels.add(key);
            }
            groupOf[i] = group;
        }
        return new SeriesSet.Groups(groupOf, labels);
    }
}
