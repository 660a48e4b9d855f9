package io.pharos.runtime.remote;

import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The series that a sink has sent, by references of its own: a row that has one need not be asked for its labels,
/// which its owner would build anew. A reference is a generation and a place; when too many series are known all are
/// forgotten, and references of generations before mean nothing any more. Thread-safe.
final class SentSeries {
    private final int most;
    private final Map<Labels, Integer> places = new HashMap<>();
    private Labels[] labels = new Labels[1024];
    private int generation = 1;

    /// @param most series to remember
    SentSeries(int most) {
        this.most = most;
    }

    /// Gives every row the reference of its series, and the labels of each row.
    synchronized Labels[] resolve(SampleBatch batch) {
        if (places.size() + batch.size() > most) {
            places.clear();
            Arrays.fill(labels, null);
            generation = generation == Integer.MAX_VALUE ? 1 : generation + 1;
        }
        long[] references = batch.references();
        var resolved = new Labels[batch.size()];
        for (int row = 0; row < resolved.length; row++) {
            long reference = references[row];
            int place = (int) reference - 1;
            if (reference >>> 32 != generation || place < 0 || place >= places.size()) {
                place = place(batch.labels(row));
                references[row] = (long) generation << 32 | place + 1;
            }
            resolved[row] = labels[place];
        }
        return resolved;
    }

    private int place(Labels of) {
        Integer known = places.get(of);
        if (known != null) {
            return known;
        }
        int place = places.size();
        if (place == labels.length) {
            labels = Arrays.copyOf(labels, place * 2);
        }
        labels[place] = of;
        places.put(of, place);
        return place;
    }
}
