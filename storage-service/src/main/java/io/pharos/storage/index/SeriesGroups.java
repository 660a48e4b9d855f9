package io.pharos.storage.index;

import io.pharos.model.labels.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/// Groups series by the numbers of their pairs; labels are put together once a group.
final class SeriesGroups {
    private SeriesGroups() {}

    /// Groups series by the pairs whose name `kept` accepts; see `SeriesSet.group`.
    static int group(
            LabelIndex index,
            Pairs all,
            int[] series,
            int count,
            IntPredicate keptName,
            int[] groupOf,
            List<Labels> groups) {
        var kept = new boolean[all.nameCount()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = keptName.test(i);
        }
        int known = groups.size();
        int base = known;
        var table = new int[64];
        var keys = new int[64][];
        var pairs = new int[32];
        var key = new int[32];
        for (int i = 0; i < count; i++) {
            pairs = index.pairsOf(series[i], pairs);
            int n = 0;
            for (int k = 1; k <= pairs[0]; k++) {
                if (kept[all.nameOf(pairs[k])]) {
                    if (n == key.length) {
                        key = Arrays.copyOf(key, n * 2);
                    }
                    key[n++] = pairs[k];
                }
            }
            int mask = table.length - 1;
            int at = LabelIndex.hash(key, 0, n) & mask;
            int group = -1;
            for (; table[at] != 0; at = at + 1 & mask) {
                int[] other = keys[table[at] - 1];
                if (other.length == n && Arrays.equals(other, 0, n, key, 0, n)) {
                    group = table[at] - 1;
                    break;
                }
            }
            if (group < 0) {
                group = known - base;
                if (group == keys.length) {
                    keys = Arrays.copyOf(keys, group * 2);
                }
                keys[group] = Arrays.copyOf(key, n);
                known++;
                table[at] = group + 1;
                groups.add(all.labels(key, 0, n));
                if (group * 2 > table.length) {
                    var larger = new int[table.length * 4];
                    for (int g = 0; g <= group; g++) {
                        int to = LabelIndex.hash(keys[g], 0, keys[g].length) & larger.length - 1;
                        while (larger[to] != 0) {
                            to = to + 1 & larger.length - 1;
                        }
                        larger[to] = g + 1;
                    }
                    table = larger;
                }
            }
            groupOf[i] = base + group;
        }
        return known;
    }
}
