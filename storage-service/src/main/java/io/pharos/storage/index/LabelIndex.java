package io.pharos.storage.index;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.storage.memory.ImageReader;
import io.pharos.storage.memory.RawMemory;
import io.pharos.storage.memory.Slab;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/*
 * The unit is the label pair. Each pair in use has a number, its text in the layout of Labels, and postings. The labels
 * of a series are its pairs' numbers in label order, varints in a slot of the slab: labels are put together by copying
 * texts, grouping compares numbers, and a series is found by the numbers of its pairs.
 *
 *   pair 7 = "\x03job\x01a"      series 12 = slot [u16 bytes | 3 7 9]      postings of 7 = {4, 12, …}
 */
/// The labels of live series. Written under its owner's write lock, read under the read lock.
public final class LabelIndex {
    /// Most labels of one series.
    public static final int MAX_LABELS = 4096;

    /// How far behind a pair of the last series the next pair is looked for.
    private static final int NEAR = 3;

    private final Slab slab;
    private final Pairs pairs = new Pairs();
    private final MatcherSearch search = new MatcherSearch(pairs, this);
    private final IndexFigures figures = new IndexFigures(pairs);
    private int[] slots = new int[256]; // series → slot of its pairs
    private int[] seriesTable = new int[1024];
    private final RoaringBitmap all = new RoaringBitmap();
    private int seriesCount;
    private int[] scratch = new int[64]; // pairs of `sought`, −1 for those that are not there
    private @Nullable Labels sought;

    // The pairs of the series added last, in label order. Series come in order of their labels, so the next one has
    // most
    // of them, too: it looks here first; and a pair that series after series has is posted once for all of them.
    private int[] last = new int[64];
    private int lastCount;
    private int[] runs = new int[64]; // per pair in `last`: the first of the series that all have it, up to `runEnd`
    private int runCount; // of `last`, 0 where everything is posted
    private int runStart; // the first series not in `all` yet
    private int runEnd;
    private int[] nextLast = new int[64];
    private int[] nextRuns = new int[64];

    public LabelIndex(Slab slab) {
        this.slab = slab;
    }

    // ------------------------------------------------------------------ series

    /// The series with exactly these labels, or −1. Reads only.
    public int find(Labels labels) {
        byte[] bytes = labels.encoded();
        var of = new int[16];
        int n = 0;
        for (int at = 0; at < bytes.length; ) {
            int end = pairEnd(bytes, at);
            int pair = pairs.find(bytes, at, end - at);
            if (pair < 0) {
                return -1;
            }
            if (n == of.length) {
                of = Arrays.copyOf(of, n * 2);
            }
            of[n++] = pair;
            at = end;
        }
        return findSeries(of, n);
    }

    /// Like [#find(Labels)], for the writer: what it learns of the pairs spares [#add(int, Labels)] of the same labels
    /// from looking for them again.
    public int seek(Labels labels) {
        byte[] bytes = labels.encoded();
        int n = 0;
        int missing = 0;
        int hint = 0;
        for (int at = 0; at < bytes.length; ) {
            int end = pairEnd(bytes, at);
            if (n == scratch.length) {
                scratch = Arrays.copyOf(scratch, n * 2);
            }
            int pair = -1;
            int most = Math.min(lastCount, hint + NEAR);
            for (int k = hint; k < most; k++) {
                if (pairs.is(last[k], bytes, at, end - at)) {
                    pair = last[k];
                    hint = k + 1;
                    break;
                }
            }
            if (pair < 0) {
                pair = pairs.find(bytes, at, end - at);
            }
            missing += pair >>> 31;
            scratch[n++] = pair;
            at = end;
        }
        sought = labels;
        return missing > 0 ? -1 : findSeries(scratch, n);
    }

    /// Adds a series under a number that is free. It is found by look-ups once [#settle()] was called.
    public void add(int series, Labels labels) {
        if (sought != labels) {
            seek(labels);
        }
        sought = null;
        byte[] bytes = labels.encoded();
        int n = 0;
        for (int at = 0; at < bytes.length; n++) {
            int end = pairEnd(bytes, at);
            if (scratch[n] < 0) {
                scratch[n] = pairs.add(Arrays.copyOfRange(bytes, at, end));
            }
            at = end;
        }
        add(series, scratch, n);
    }

    private void add(int series, int[] of, int n) {
        int length = 2;
        for (int i = 0; i < n; i++) {
            length += of[i] < 0x80 ? 1 : of[i] < 0x4000 ? 2 : of[i] < 0x200000 ? 3 : of[i] < 1 << 28 ? 4 : 5;
        }
        int slot = slab.allocate(length);
        long at = slab.address(slot);
        RawMemory.putByte(at, (byte) length);
        RawMemory.putByte(at + 1, (byte) (length >>> 8));
        at += 2;
        for (int i = 0; i < n; i++) {
            int rest = of[i];
            while (rest >= 0x80) {
                RawMemory.putByte(at++, (byte) (rest | 0x80));
                rest >>>= 7;
            }
            RawMemory.putByte(at++, (byte) rest);
        }
        if (series >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(series + 1, slots.length + (slots.length >> 1)));
        }
        slots[series] = slot;
        seriesCount++;
        if (seriesCount * 2 > seriesTable.length) {
            growTable();
        }
        place(series, hash(of, 0, n));
        extendRuns(series, of, n);
    }

    private void growTable() {
        settle();
        // in wide steps at first, when series come by the thousand
        seriesTable = new int[seriesTable.length * (seriesTable.length < 1 << 18 ? 4 : 2)];
        var its = new int[24];
        for (var it = all.getIntIterator(); it.hasNext(); ) {
            int series = it.next();
            its = pairsOf(series, its);
            place(series, hash(its, 1, its[0]));
        }
    }

    private void extendRuns(int series, int[] of, int n) {
        if (series != runEnd) {
            settle();
        }
        if (runCount == 0) {
            runStart = series;
        }
        if (nextLast.length < n) {
            nextLast = new int[n * 2];
            nextRuns = new int[n * 2];
        }
        int at = 0;
        for (int i = 0; i < n; i++) {
            int from = series;
            int most = Math.min(runCount, at + NEAR);
            for (int k = at; k < most; k++) {
                if (last[k] == of[i]) {
                    from = runs[k];
                    while (at < k) {
                        post(at++);
                    }
                    at = k + 1;
                    break;
                }
            }
            nextLast[i] = of[i];
            nextRuns[i] = from;
        }
        while (at < runCount) {
            post(at++);
        }
        int[] pairsBefore = last;
        int[] runsBefore = runs;
        last = nextLast;
        runs = nextRuns;
        nextLast = pairsBefore;
        nextRuns = runsBefore;
        lastCount = n;
        runCount = n;
        runEnd = series + 1;
    }

    private void post(int at) {
        pairs.postings(last[at]).addRange(runs[at], runEnd);
        pairs.name(last[at]).series += runEnd - runs[at];
    }

    /// Lets look-ups find all series that were added.
    public void settle() {
        if (runCount > 0) {
            for (int at = 0; at < runCount; at++) {
                post(at);
            }
            all.add((long) runStart, (long) runEnd);
            runCount = 0;
        }
    }

    private void place(int series, int hash) {
        int mask = seriesTable.length - 1;
        int at = hash & mask;
        while (seriesTable[at] != 0) {
            at = at + 1 & mask;
        }
        seriesTable[at] = series + 1;
    }

    /// Forgets series; their numbers are free afterwards. Pairs that nothing carries any more are forgotten, too.
    public void remove(RoaringBitmap gone) {
        settle();
        sought = null;
        var touched = new RoaringBitmap();
        var of = new int[16];
        for (var it = gone.getIntIterator(); it.hasNext(); ) {
            int series = it.next();
            of = pairsOf(series, of);
            for (int i = 1; i <= of[0]; i++) {
                touched.add(of[i]);
                pairs.name(of[i]).series--;
            }
            unplace(series, hash(of, 1, of[0]));
            slab.free(slots[series]);
            slots[series] = 0;
            seriesCount--;
        }
        all.andNot(gone);
        pairs.remove(gone, touched);
    }

    private void unplace(int series, int hash) {
        int mask = seriesTable.length - 1;
        int at = hash & mask;
        while (seriesTable[at] != series + 1) {
            at = at + 1 & mask;
        }
        seriesTable[at] = 0;
        var of = new int[16];
        for (int next = at + 1 & mask; seriesTable[next] != 0; next = next + 1 & mask) {
            int moved = seriesTable[next] - 1;
            of = pairsOf(moved, of);
            int home = hash(of, 1, of[0]) & mask;
            if ((next - home & mask) >= (next - at & mask)) {
                seriesTable[at] = moved + 1;
                seriesTable[next] = 0;
                at = next;
            }
        }
    }

    private int findSeries(int[] of, int n) {
        int mask = seriesTable.length - 1;
        var its = new int[0];
        for (int at = hash(of, 0, n) & mask; seriesTable[at] != 0; at = at + 1 & mask) {
            int series = seriesTable[at] - 1;
            its = pairsOf(series, its.length == 0 ? new int[n + 1] : its);
            if (its[0] == n && Arrays.equals(its, 1, n + 1, of, 0, n)) {
                return series;
            }
        }
        return -1;
    }

    static int hash(int[] of, int from, int n) {
        long h = n;
        for (int i = from; i < from + n; i++) {
            h = (h ^ of[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 32;
        }
        return (int) (h ^ h >>> 17);
    }

    /// The pairs of a series: count first, then numbers in label order. Uses `into` where it is long enough.
    public int[] pairsOf(int series, int[] into) {
        long at = slab.address(slots[series]);
        long end = at + (RawMemory.getInt(at) & 0xffff);
        at += 2;
        int[] of = into;
        int n = 0;
        while (at < end) {
            int value = RawMemory.getByte(at++);
            if (value < 0) {
                value &= 0x7f;
                for (int shift = 7; ; shift += 7) {
                    byte b = RawMemory.getByte(at++);
                    value |= (b & 0x7f) << shift;
                    if (b >= 0) {
                        break;
                    }
                }
            }
            if (++n == of.length) {
                of = Arrays.copyOf(of, n * 2);
            }
            of[n] = value;
        }
        of[0] = n;
        return of;
    }

    public Labels labels(int series) {
        int[] of = pairsOf(series, new int[24]);
        return pairs.labels(of, 1, of[0]);
    }

    public int seriesCount() {
        return seriesCount;
    }

    /// Every live series; not to be changed.
    public RoaringBitmap all() {
        return all;
    }

    private static int pairEnd(byte[] bytes, int at) {
        int value = Labels.textStart(bytes, at) + Labels.textLength(bytes, at);
        return Labels.textStart(bytes, value) + Labels.textLength(bytes, value);
    }

    // ------------------------------------------------------------------ look-ups

    /// Number of a name, −1 if no series ever had it.
    public int nameId(String name) {
        Pairs.Name found = pairs.name(name);
        return found == null ? -1 : found.id;
    }

    /// The series that all matchers match; the caller's own.
    public RoaringBitmap matching(List<Matcher> matchers) {
        return search.matching(matchers);
    }

    /// How many series have a label; the writer is told of those that are not settled, too.
    public int seriesWith(String name, String value) {
        int pair = pairs.find(name, value);
        if (pair < 0) {
            return 0;
        }
        int count = pairs.postings(pair).cardinality();
        for (int at = 0; at < runCount; at++) {
            if (last[at] == pair) {
                count += runEnd - runs[at];
            }
        }
        return count;
    }

    /// Names that one of `among` has, sorted; all names where it is null.
    public List<String> names(@Nullable RoaringBitmap among) {
        return pairs.namesOf(among);
    }

    /// Values of a name that one of `among` has, sorted; all values where it is null.
    public List<String> values(String name, @Nullable RoaringBitmap among) {
        return pairs.valuesOf(name, among);
    }

    /// Groups series by the pairs whose name `kept` accepts; see `SeriesSet.group`.
    public int group(int[] series, int count, IntPredicate keptName, int[] groupOf, List<Labels> groups) {
        return SeriesGroups.group(this, pairs, series, count, keptName, groupOf, groups);
    }

    // ------------------------------------------------------------------ figures

    /// A name of something and how many or how much.
    public record Figure(String name, long value) {}

    public int pairCount() {
        return pairs.count();
    }

    public long textBytes() {
        return pairs.textBytes();
    }

    /// The metrics with the most series, most first; like the others below, at most `most`.
    public List<Figure> seriesByMetric(int most) {
        return figures.seriesByMetric(most);
    }

    public List<Figure> valuesByName(int most) {
        return figures.valuesByName(most);
    }

    public List<Figure> bytesByName(int most) {
        return figures.bytesByName(most);
    }

    public List<Figure> seriesByPair(int most) {
        return figures.seriesByPair(most);
    }

    // ------------------------------------------------------------------ checkpoint

    /// The slot of the slab that holds the labels of a series, and how many bytes of it are used.
    public int slot(int series) {
        return slots[series];
    }

    public int slotBytes(int series) {
        int slot = slots[series];
        return slab.segment(slot).get(ValueLayout.JAVA_SHORT, Slab.offset(slot)) & 0xffff;
    }

    /// Makes room in a new index.
    public void expect(int series, int pairCount) {
        pairs.expect(pairCount);
        slots = new int[Math.max(256, series)];
    }

    /// Reads the next section of pairs (first number, count, texts) into a new index.
    public void readPairs(ImageReader in) throws IOException {
        pairs.read(in);
    }

    /// Says where the labels of a series are; it is found once [#restore()] was called.
    public void attach(int series, int slot) {
        if (series >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(series + 1, slots.length + (slots.length >> 1)));
        }
        slots[series] = slot;
        all.add(series);
    }

    /// Builds postings and tables of the series attached: a stretch of series at a time, so that each pair of a stretch
    /// takes its series in one go.
    public void restore() {
        int[] series = all.toArray();
        int pairCount = pairs.given();
        seriesCount = series.length;
        if (seriesCount * 2 > seriesTable.length) {
            seriesTable = new int[Integer.highestOneBit(seriesCount * 2) << 1];
        }
        var of = new int[24];
        var counts = new int[pairCount + 1];
        var stretch = new int[0];
        var sorted = new int[0];
        for (int from = 0; from < series.length; from += STRETCH) {
            int to = Math.min(series.length, from + STRETCH);
            int n = 0;
            Arrays.fill(counts, 0);
            for (int i = from; i < to; i++) {
                of = pairsOf(series[i], of);
                place(series[i], hash(of, 1, of[0]));
                if (n + 2 * of[0] > stretch.length) {
                    stretch = Arrays.copyOf(stretch, Math.max(n + 2 * of[0], stretch.length * 2 + STRETCH * 4));
                }
                for (int k = 1; k <= of[0]; k++) {
                    stretch[n++] = of[k];
                    stretch[n++] = series[i];
                    counts[of[k] + 1]++;
                }
            }
            for (int pair = 0; pair < pairCount; pair++) {
                counts[pair + 1] += counts[pair];
            }
            if (sorted.length < n / 2) {
                sorted = new int[n / 2];
            }
            for (int i = 0; i < n; i += 2) {
                sorted[counts[stretch[i]]++] = stretch[i + 1];
            }
            int begin = 0;
            for (int pair = 0; pair < pairCount; pair++) {
                int count = counts[pair] - begin;
                if (count > 0) {
                    pairs.postings(pair).append(sorted, begin, count);
                    pairs.name(pair).series += count;
                    begin = counts[pair];
                }
            }
        }
    }

    private static final int STRETCH = 1 << 15;

    /// The texts of all pairs by number, empty for free numbers: a copy of the table, not of the texts.
    public byte[][] pairTexts() {
        return pairs.texts();
    }
}
