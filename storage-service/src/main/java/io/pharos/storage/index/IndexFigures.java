package io.pharos.storage.index;

import io.pharos.model.labels.Labels;
import io.pharos.storage.index.LabelIndex.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;

/// The largest figures of an index. Texts are put together for those only that are among the largest so far: a million
/// pairs are counted, not named.
final class IndexFigures {
    /// The largest first; equal ones by name.
    private static final Comparator<Figure> ORDER =
            Comparator.comparingLong(Figure::value).reversed().thenComparing(Figure::name);

    private final Pairs pairs;

    IndexFigures(Pairs pairs) {
        this.pairs = pairs;
    }

    private static final class Largest {
        private final int most;
        private final PriorityQueue<Figure> queue = new PriorityQueue<>(ORDER.reversed());

        Largest(int most) {
            this.most = most;
        }

        void offer(long value, int of, IntFunction<String> name) {
            if (queue.size() < most) {
                queue.add(new Figure(name.apply(of), value));
                return;
            }
            Figure least = queue.peek();
            if (least == null || value < least.value()) {
                return;
            }
            var figure = new Figure(name.apply(of), value);
            if (ORDER.compare(figure, least) < 0) {
                queue.poll();
                queue.add(figure);
            }
        }

        List<Figure> sorted() {
            var all = new ArrayList<>(queue);
            all.sort(ORDER);
            return all;
        }
    }

    List<Figure> seriesByMetric(int most) {
        var largest = new Largest(most);
        Pairs.Name name = pairs.name(Labels.METRIC_NAME);
        for (int i = 0; name != null && i < name.count; i++) {
            int pair = name.pairs[i];
            largest.offer(pairs.postings(pair).cardinality(), pair, pairs::value);
        }
        return largest.sorted();
    }

    List<Figure> valuesByName(int most) {
        return byName(most, name -> name.count);
    }

    List<Figure> bytesByName(int most) {
        return byName(most, name -> {
            long bytes = 0;
            for (int i = 0; i < name.count; i++) {
                byte[] text = pairs.text(name.pairs[i]);
                bytes += (long) (text.length - Pairs.valueFrom(text))
                        * pairs.postings(name.pairs[i]).cardinality();
            }
            return bytes;
        });
    }

    private List<Figure> byName(int most, ToLongFunction<Pairs.Name> of) {
        var largest = new Largest(most);
        for (Pairs.Name name : pairs.names()) {
            if (name.count > 0) {
                largest.offer(of.applyAsLong(name), name.id, _ -> name.text);
            }
        }
        return largest.sorted();
    }

    List<Figure> seriesByPair(int most) {
        var largest = new Largest(most);
        for (Pairs.Name name : pairs.names()) {
            for (int i = 0; i < name.count; i++) {
                int pair = name.pairs[i];
                largest.offer(pairs.postings(pair).cardinality(), pair, of -> name.text + "=" + pairs.value(of));
            }
        }
        return largest.sorted();
    }
}
