package io.pharos.storage.index;

import io.pharos.model.labels.FastRegex;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.labels.XxHash64;
import io.pharos.storage.memory.ImageReader;
import io.pharos.storage.memory.Slab;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final Slab slab;
    private byte[][] pairTexts = new byte[256][];
    private int[] pairNames = new int[256];
    private Postings[] postings = new Postings[256];
    private int pairCount; // numbers given out, free ones included
    private int livePairs;
    private int[] freePairs = new int[16];
    private int freePairCount;
    private int[] pairTable = new int[1024];
    private final Map<String, Name> names = new HashMap<>();
    private Name[] namesById = new Name[32];
    private int nameCount;
    private int[] slots = new int[256]; // series → slot of its pairs
    private int[] seriesTable = new int[1024];
    private final RoaringBitmap all = new RoaringBitmap();
    private int seriesCount;
    private long textBytes;
    private int[] scratch = new int[64]; // pairs of `sought`, −1 for those that are not there
    private @Nullable Labels sought;

    /// A label name and the pairs that have it.
    private static final class Name {
        final String text;
        final int id;
        int[] pairs = new int[4];
        int count;
        int series;
        long bytes;

        Name(String text, int id) {
            this.text = text;
            this.id = id;
        }
    }

    public LabelIndex(Slab slab) {
        this.slab = slab;
    }

    // ------------------------------------------------------------------ series

    /// The series with exactly these labels, or −1. Reads only.
    public int find(Labels labels) {
        byte[] bytes = labels.encoded();
        var pairs = new int[16];
        int n = 0;
        for (int at = 0; at < bytes.length; ) {
            int end = pairEnd(bytes, at);
            int pair = findPair(bytes, at, end - at);
            if (pair < 0) {
                return -1;
            }
            if (n == pairs.length) {
                pairs = Arrays.copyOf(pairs, n * 2);
            }
            pairs[n++] = pair;
            at = end;
        }
        return findSeries(pairs, n);
    }

    /// Like [#find(Labels)], for the writer: what it learns of the pairs spares [#add(int, Labels)] of the same labels
    /// from looking for them again.
    public int seek(Labels labels) {
        byte[] bytes = labels.encoded();
        int n = 0;
        int missing = 0;
        for (int at = 0; at < bytes.length; ) {
            int end = pairEnd(bytes, at);
            if (n == scratch.length) {
                scratch = Arrays.copyOf(scratch, n * 2);
            }
            int pair = findPair(bytes, at, end - at);
            missing += pair >>> 31;
            scratch[n++] = pair;
            at = end;
        }
        sought = labels;
        return missing > 0 ? -1 : findSeries(scratch, n);
    }

    /// Adds a series under a number that is free.
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
                int pair = freePairCount > 0 ? freePairs[--freePairCount] : pairCount++;
                definePair(pair, Arrays.copyOfRange(bytes, at, end));
                scratch[n] = pair;
            }
            at = end;
        }
        add(series, scratch, n);
    }

    private void add(int series, int[] pairs, int n) {
        int length = 2;
        for (int i = 0; i < n; i++) {
            length +=
                    pairs[i] < 0x80 ? 1 : pairs[i] < 0x4000 ? 2 : pairs[i] < 0x200000 ? 3 : pairs[i] < 1 << 28 ? 4 : 5;
        }
        int slot = slab.allocate(length);
        MemorySegment memory = slab.segment(slot);
        long at = Slab.offset(slot);
        memory.set(ValueLayout.JAVA_SHORT, at, (short) length);
        at += 2;
        for (int i = 0; i < n; i++) {
            int rest = pairs[i];
            while (rest >= 0x80) {
                memory.set(ValueLayout.JAVA_BYTE, at++, (byte) (rest | 0x80));
                rest >>>= 7;
            }
            memory.set(ValueLayout.JAVA_BYTE, at++, (byte) rest);
        }
        restore(series, slot, pairs, n);
    }

    private void restore(int series, int slot, int[] pairs, int n) {
        if (series >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(series + 1, slots.length + (slots.length >> 1)));
        }
        slots[series] = slot;
        for (int i = 0; i < n; i++) {
            postings[pairs[i]].add(series);
            namesById[pairNames[pairs[i]]].series++;
        }
        all.add(series);
        seriesCount++;
        if (seriesCount * 2 > seriesTable.length) {
            seriesTable = new int[seriesTable.length * 2];
            all.forEach((int s) -> {
                if (s != series) {
                    var of = new int[16];
                    of = pairsOf(s, of);
                    place(s, hash(of, 1, of[0]));
                }
            });
        }
        place(series, hash(pairs, 0, n));
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
        sought = null;
        var touched = new RoaringBitmap();
        var pairs = new int[16];
        for (var it = gone.getIntIterator(); it.hasNext(); ) {
            int series = it.next();
            pairs = pairsOf(series, pairs);
            for (int i = 1; i <= pairs[0]; i++) {
                touched.add(pairs[i]);
                namesById[pairNames[pairs[i]]].series--;
            }
            unplace(series, hash(pairs, 1, pairs[0]));
            slab.free(slots[series]);
            slots[series] = 0;
            seriesCount--;
        }
        all.andNot(gone);
        for (var it = touched.getIntIterator(); it.hasNext(); ) {
            int pair = it.next();
            postings[pair].remove(gone);
            if (postings[pair].isEmpty()) {
                forgetPair(pair);
            }
        }
    }

    private void unplace(int series, int hash) {
        int mask = seriesTable.length - 1;
        int at = hash & mask;
        while (seriesTable[at] != series + 1) {
            at = at + 1 & mask;
        }
        seriesTable[at] = 0;
        var pairs = new int[16];
        for (int next = at + 1 & mask; seriesTable[next] != 0; next = next + 1 & mask) {
            int moved = seriesTable[next] - 1;
            pairs = pairsOf(moved, pairs);
            int home = hash(pairs, 1, pairs[0]) & mask;
            if ((next - home & mask) >= (next - at & mask)) {
                seriesTable[at] = moved + 1;
                seriesTable[next] = 0;
                at = next;
            }
        }
    }

    private int findSeries(int[] pairs, int n) {
        int mask = seriesTable.length - 1;
        var of = new int[0];
        for (int at = hash(pairs, 0, n) & mask; seriesTable[at] != 0; at = at + 1 & mask) {
            int series = seriesTable[at] - 1;
            of = pairsOf(series, of.length == 0 ? new int[n + 1] : of);
            if (of[0] == n && Arrays.equals(of, 1, n + 1, pairs, 0, n)) {
                return series;
            }
        }
        return -1;
    }

    private static int hash(int[] pairs, int from, int n) {
        long h = n;
        for (int i = from; i < from + n; i++) {
            h = (h ^ pairs[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 32;
        }
        return (int) (h ^ h >>> 17);
    }

    /// The pairs of a series: count first, then numbers in label order. Uses `into` where it is long enough.
    public int[] pairsOf(int series, int[] into) {
        int slot = slots[series];
        MemorySegment memory = slab.segment(slot);
        long at = Slab.offset(slot);
        long end = at + (memory.get(ValueLayout.JAVA_SHORT, at) & 0xffff);
        at += 2;
        int[] pairs = into;
        int n = 0;
        while (at < end) {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = memory.get(ValueLayout.JAVA_BYTE, at++);
                value |= (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            if (++n == pairs.length) {
                pairs = Arrays.copyOf(pairs, n * 2);
            }
            pairs[n] = value;
        }
        pairs[0] = n;
        return pairs;
    }

    public Labels labels(int series) {
        int[] pairs = pairsOf(series, new int[24]);
        int length = 0;
        for (int i = 1; i <= pairs[0]; i++) {
            length += pairTexts[pairs[i]].length;
        }
        var bytes = new byte[length];
        int at = 0;
        for (int i = 1; i <= pairs[0]; i++) {
            byte[] text = pairTexts[pairs[i]];
            System.arraycopy(text, 0, bytes, at, text.length);
            at += text.length;
        }
        return Labels.ofEncoded(bytes);
    }

    public int seriesCount() {
        return seriesCount;
    }

    /// Every live series; not to be changed.
    public RoaringBitmap all() {
        return all;
    }

    // ------------------------------------------------------------------ pairs

    private static int pairEnd(byte[] bytes, int at) {
        int value = Labels.textStart(bytes, at) + Labels.textLength(bytes, at);
        return Labels.textStart(bytes, value) + Labels.textLength(bytes, value);
    }

    private static int pairHash(byte[] bytes, int at, int length) {
        long h = XxHash64.hash(bytes, at, length);
        return (int) (h ^ h >>> 32);
    }

    private int findPair(byte[] bytes, int at, int length) {
        int mask = pairTable.length - 1;
        for (int i = pairHash(bytes, at, length) & mask; pairTable[i] != 0; i = i + 1 & mask) {
            byte[] text = pairTexts[pairTable[i] - 1];
            if (Arrays.equals(text, 0, text.length, bytes, at, at + length)) {
                return pairTable[i] - 1;
            }
        }
        return -1;
    }

    private void definePair(int pair, byte[] text) {
        if (pair >= pairTexts.length) {
            growPairs(pair);
        }
        int start = Labels.textStart(text, 0);
        var nameText = new String(text, start, Labels.textLength(text, 0), StandardCharsets.UTF_8);
        Name name = names.get(nameText);
        if (name == null) {
            name = new Name(nameText, nameCount++);
            names.put(nameText, name);
            if (name.id == namesById.length) {
                namesById = Arrays.copyOf(namesById, name.id * 2);
            }
            namesById[name.id] = name;
        }
        if (name.count == name.pairs.length) {
            name.pairs = Arrays.copyOf(name.pairs, name.count * 2);
        }
        name.pairs[name.count++] = pair;
        name.bytes += text.length;
        pairTexts[pair] = text;
        pairNames[pair] = name.id;
        postings[pair] = new Postings();
        textBytes += text.length;
        livePairs++;
        if (livePairs * 2 > pairTable.length) {
            int[] old = pairTable;
            pairTable = new int[old.length * 2];
            for (int entry : old) {
                if (entry != 0) {
                    placePair(entry - 1);
                }
            }
        }
        placePair(pair);
    }

    private void growPairs(int pair) {
        int length = Math.max(pair + 1, pairTexts.length + (pairTexts.length >> 1));
        pairTexts = Arrays.copyOf(pairTexts, length);
        pairNames = Arrays.copyOf(pairNames, length);
        postings = Arrays.copyOf(postings, length);
    }

    private void placePair(int pair) {
        int mask = pairTable.length - 1;
        byte[] text = pairTexts[pair];
        int at = pairHash(text, 0, text.length) & mask;
        while (pairTable[at] != 0) {
            at = at + 1 & mask;
        }
        pairTable[at] = pair + 1;
    }

    private void forgetPair(int pair) {
        byte[] text = pairTexts[pair];
        int mask = pairTable.length - 1;
        int at = pairHash(text, 0, text.length) & mask;
        while (pairTable[at] != pair + 1) {
            at = at + 1 & mask;
        }
        pairTable[at] = 0;
        for (int next = at + 1 & mask; pairTable[next] != 0; next = next + 1 & mask) {
            byte[] moved = pairTexts[pairTable[next] - 1];
            int home = pairHash(moved, 0, moved.length) & mask;
            if ((next - home & mask) >= (next - at & mask)) {
                pairTable[at] = pairTable[next];
                pairTable[next] = 0;
                at = next;
            }
        }
        Name name = namesById[pairNames[pair]];
        for (int i = 0; i < name.count; i++) {
            if (name.pairs[i] == pair) {
                name.pairs[i] = name.pairs[--name.count];
                break;
            }
        }
        name.bytes -= text.length;
        textBytes -= text.length;
        livePairs--;
        pairTexts[pair] = NO_TEXT;
        postings[pair] = new Postings();
        if (freePairCount == freePairs.length) {
            freePairs = Arrays.copyOf(freePairs, freePairCount * 2);
        }
        freePairs[freePairCount++] = pair;
    }

    private static final byte[] NO_TEXT = {};

    /// Number of the name that a pair has; names are numbered for the life of the index.
    public int nameOf(int pair) {
        return pairNames[pair];
    }

    /// Number of a name, −1 if no series ever had it.
    public int nameId(String name) {
        Name found = names.get(name);
        return found == null ? -1 : found.id;
    }

    /// The text of a pair in the layout of [Labels].
    public byte[] pairText(int pair) {
        return pairTexts[pair];
    }

    private String value(int pair) {
        byte[] text = pairTexts[pair];
        int at = Labels.textStart(text, 0) + Labels.textLength(text, 0);
        return new String(text, Labels.textStart(text, at), Labels.textLength(text, at), StandardCharsets.UTF_8);
    }

    // ------------------------------------------------------------------ matchers

    /// The series that all matchers match; the caller's own.
    public RoaringBitmap matching(List<Matcher> matchers) {
        RoaringBitmap result = null;
        for (Matcher matcher : matchers) {
            if (matcher.matchesEmpty()) {
                continue;
            }
            RoaringBitmap some = union(matcher, true);
            if (result == null) {
                result = some;
            } else {
                result.and(some);
            }
            if (result.isEmpty()) {
                return result;
            }
        }
        if (result == null) {
            result = all.clone();
        }
        for (Matcher matcher : matchers) {
            if (matcher.matchesEmpty()) {
                result.andNot(union(matcher, false));
            }
        }
        return result;
    }

    /// Series whose value of the label, which they have, matches or does not.
    private RoaringBitmap union(Matcher matcher, boolean matches) {
        Name name = names.get(matcher.name());
        var into = new RoaringBitmap();
        if (name == null || name.count == 0) {
            return into;
        }
        boolean positive = matches == (matcher.type() == Matcher.Type.EQUAL || matcher.type() == Matcher.Type.REGEX);
        Collection<String> literals = literals(matcher);
        if (literals != null && positive) {
            for (String literal : literals) {
                int pair = literal.isEmpty() ? -1 : findPair(matcher.name(), literal);
                if (pair >= 0) {
                    postings[pair].addTo(into);
                }
            }
            return into;
        }
        FastRegex regex = matcher.regex();
        if (matches
                && regex != null
                && matcher.type() == Matcher.Type.REGEX
                && regex.prefix().isPresent()) {
            byte[] prefix = regex.prefix().get().getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < name.count; i++) {
                int pair = name.pairs[i];
                if (startsWith(pairTexts[pair], prefix) && (prefix.length == 0 || matcher.matches(value(pair)))) {
                    postings[pair].addTo(into);
                }
            }
            return into;
        }
        for (int i = 0; i < name.count; i++) {
            int pair = name.pairs[i];
            if (matcher.matches(value(pair)) == matches) {
                postings[pair].addTo(into);
            }
        }
        return into;
    }

    private static @Nullable Collection<String> literals(Matcher matcher) {
        FastRegex regex = matcher.regex();
        return regex == null ? List.of(matcher.value()) : regex.literals().orElse(null);
    }

    private static boolean startsWith(byte[] text, byte[] prefix) {
        int at = Labels.textStart(text, 0) + Labels.textLength(text, 0);
        int start = Labels.textStart(text, at);
        int length = Labels.textLength(text, at);
        return length >= prefix.length && Arrays.equals(text, start, start + prefix.length, prefix, 0, prefix.length);
    }

    /// How many series have a label.
    public int seriesWith(String name, String value) {
        int pair = findPair(name, value);
        return pair < 0 ? 0 : postings[pair].cardinality();
    }

    private int findPair(String name, String value) {
        byte[] text = Labels.of(name, value).encoded();
        return findPair(text, 0, text.length);
    }

    // ------------------------------------------------------------------ listings

    /// Names that one of `among` has, unsorted; all names where it is null.
    public List<String> names(@Nullable RoaringBitmap among) {
        var list = new ArrayList<String>();
        for (Name name : names.values()) {
            if (name.count > 0 && (among == null || anyOf(name, among))) {
                list.add(name.text);
            }
        }
        return list;
    }

    private boolean anyOf(Name name, RoaringBitmap among) {
        for (int i = 0; i < name.count; i++) {
            if (postings[name.pairs[i]].intersects(among)) {
                return true;
            }
        }
        return false;
    }

    /// Values of a name that one of `among` has, unsorted; all values where it is null.
    public List<String> values(String name, @Nullable RoaringBitmap among) {
        var list = new ArrayList<String>();
        Name found = names.get(name);
        if (found != null) {
            for (int i = 0; i < found.count; i++) {
                int pair = found.pairs[i];
                if (among == null || postings[pair].intersects(among)) {
                    list.add(value(pair));
                }
            }
        }
        return list;
    }

    // ------------------------------------------------------------------ figures

    /// A name of something and how many or how much.
    public record Figure(String name, long value) {}

    public int pairCount() {
        return livePairs;
    }

    public long textBytes() {
        return textBytes;
    }

    public List<Figure> seriesByMetric() {
        var figures = new ArrayList<Figure>();
        Name name = names.get(Labels.METRIC_NAME);
        for (int i = 0; name != null && i < name.count; i++) {
            figures.add(new Figure(value(name.pairs[i]), postings[name.pairs[i]].cardinality()));
        }
        return figures;
    }

    public List<Figure> valuesByName() {
        return figures(name -> name.count);
    }

    public List<Figure> bytesByName() {
        return figures(name -> {
            long bytes = 0;
            for (int i = 0; i < name.count; i++) {
                bytes += (long) value(name.pairs[i]).length() * postings[name.pairs[i]].cardinality();
            }
            return bytes;
        });
    }

    private List<Figure> figures(java.util.function.ToLongFunction<Name> of) {
        var figures = new ArrayList<Figure>();
        for (Name name : names.values()) {
            if (name.count > 0) {
                figures.add(new Figure(name.text, of.applyAsLong(name)));
            }
        }
        return figures;
    }

    public List<Figure> seriesByPair() {
        var figures = new ArrayList<Figure>();
        for (Name name : names.values()) {
            for (int i = 0; i < name.count; i++) {
                int pair = name.pairs[i];
                figures.add(new Figure(name.text + "=" + value(pair), postings[pair].cardinality()));
            }
        }
        return figures;
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
    public void expect(int series, int pairs) {
        int room = Math.max(256, pairs);
        pairTexts = new byte[room][];
        pairNames = new int[room];
        postings = new Postings[room];
        pairTable = new int[Math.max(1024, Integer.highestOneBit(Math.max(1, pairs)) << 2)];
        slots = new int[Math.max(256, series)];
    }

    /// Reads the next section of pairs (first number, count, texts) into a new index.
    public void readPairs(ImageReader in) throws IOException {
        int first = in.u32();
        if (first != pairCount) {
            throw new IOException("pairs from " + first + " on after " + pairCount);
        }
        for (int n = in.count(); n > 0; n--) {
            byte[] text = in.bytes(in.count());
            int pair = pairCount++;
            if (text.length == 0) {
                if (pair >= pairTexts.length) {
                    growPairs(pair);
                }
                pairTexts[pair] = NO_TEXT;
                postings[pair] = new Postings();
                if (freePairCount == freePairs.length) {
                    freePairs = Arrays.copyOf(freePairs, freePairCount * 2);
                }
                freePairs[freePairCount++] = pair;
            } else {
                definePair(pair, text);
            }
        }
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
        seriesCount = series.length;
        if (seriesCount * 2 > seriesTable.length) {
            seriesTable = new int[Integer.highestOneBit(seriesCount * 2) << 1];
        }
        var pairs = new int[24];
        var counts = new int[pairCount + 1];
        var stretch = new int[0];
        var sorted = new int[0];
        for (int from = 0; from < series.length; from += STRETCH) {
            int to = Math.min(series.length, from + STRETCH);
            int n = 0;
            Arrays.fill(counts, 0);
            for (int i = from; i < to; i++) {
                pairs = pairsOf(series[i], pairs);
                place(series[i], hash(pairs, 1, pairs[0]));
                if (n + 2 * pairs[0] > stretch.length) {
                    stretch = Arrays.copyOf(stretch, Math.max(n + 2 * pairs[0], stretch.length * 2 + STRETCH * 4));
                }
                for (int k = 1; k <= pairs[0]; k++) {
                    stretch[n++] = pairs[k];
                    stretch[n++] = series[i];
                    counts[pairs[k] + 1]++;
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
                    postings[pair].append(sorted, begin, count);
                    namesById[pairNames[pair]].series += count;
                    begin = counts[pair];
                }
            }
        }
    }

    private static final int STRETCH = 1 << 15;

    /// The texts of all pairs by number, empty for free numbers: a copy of the table, not of the texts.
    public byte[][] pairTexts() {
        return Arrays.copyOf(pairTexts, pairCount);
    }

    /// Groups series by the pairs whose name `kept` accepts; see `SeriesSet.group`.
    public int group(int[] series, int count, IntPredicate keptName, int[] groupOf, List<Labels> groups) {
        var kept = new boolean[nameCount];
        for (int i = 0; i < nameCount; i++) {
            kept[i] = keptName.test(i);
        }
        int known = groups.size();
        int base = known;
        var table = new int[64];
        var keys = new int[64][];
        var pairs = new int[32];
        var key = new int[32];
        for (int i = 0; i < count; i++) {
            pairs = pairsOf(series[i], pairs);
            int n = 0;
            for (int k = 1; k <= pairs[0]; k++) {
                if (kept[pairNames[pairs[k]]]) {
                    if (n == key.length) {
                        key = Arrays.copyOf(key, n * 2);
                    }
                    key[n++] = pairs[k];
                }
            }
            int mask = table.length - 1;
            int at = hash(key, 0, n) & mask;
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
                groups.add(labelsOfPairs(key, n));
                if (group * 2 > table.length) {
                    var larger = new int[table.length * 4];
                    for (int g = 0; g <= group; g++) {
                        int to = hash(keys[g], 0, keys[g].length) & larger.length - 1;
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

    private Labels labelsOfPairs(int[] pairs, int n) {
        int length = 0;
        for (int i = 0; i < n; i++) {
            length += pairTexts[pairs[i]].length;
        }
        var bytes = new byte[length];
        int at = 0;
        for (int i = 0; i < n; i++) {
            byte[] text = pairTexts[pairs[i]];
            System.arraycopy(text, 0, bytes, at, text.length);
            at += text.length;
        }
        return Labels.ofEncoded(bytes);
    }
}
