package io.pharos.storage.index;

import io.pharos.model.labels.Labels;
import io.pharos.model.labels.XxHash64;
import io.pharos.storage.memory.ImageReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The label pairs in use: each has a number, its text in the layout of [Labels], and postings.
final class Pairs {
    private static final byte[] NO_TEXT = {};
    /// Values of a name that are kept as texts.
    private static final int MOST_KEPT = 1 << 15;

    private byte[][] texts = new byte[256][];
    private int[] nameOf = new int[256];
    private Postings[] postings = new Postings[256];
    private int given; // numbers, free ones included
    private int live;
    private int[] free = new int[16];
    private int freeCount;
    private int[] table = new int[1024];
    private final Map<String, Name> names = new HashMap<>();
    private Name[] namesById = new Name[32];
    private int nameCount;
    private long textBytes;

    /// A label name and the pairs that have it.
    static final class Name {
        final String text;
        final int id;
        int[] pairs = new int[4];
        int count;
        int series;
        long bytes;
        int version; // of `pairs`

        private volatile @Nullable Sorted sorted;

        private record Sorted(int version, List<String> values) {}

        private Name(String text, int id) {
            this.text = text;
            this.id = id;
        }
    }

    // ------------------------------------------------------------------ look-up

    int find(byte[] bytes, int at, int length) {
        int mask = table.length - 1;
        for (int i = hash(bytes, at, length) & mask; table[i] != 0; i = i + 1 & mask) {
            byte[] text = texts[table[i] - 1];
            if (Arrays.equals(text, 0, text.length, bytes, at, at + length)) {
                return table[i] - 1;
            }
        }
        return -1;
    }

    /// Whether a pair has this text.
    boolean is(int pair, byte[] bytes, int at, int length) {
        byte[] text = texts[pair];
        return text.length == length && Arrays.equals(text, 0, length, bytes, at, at + length);
    }

    int find(String name, String value) {
        byte[] text = Labels.of(name, value).encoded();
        return find(text, 0, text.length);
    }

    @Nullable
    Name name(String text) {
        return names.get(text);
    }

    Iterable<Name> names() {
        return names.values();
    }

    int nameCount() {
        return nameCount;
    }

    /// The name that a pair has; names are numbered for the life of the index.
    Name name(int pair) {
        return namesById[nameOf[pair]];
    }

    int nameOf(int pair) {
        return nameOf[pair];
    }

    Postings postings(int pair) {
        return postings[pair];
    }

    byte[] text(int pair) {
        return texts[pair];
    }

    /// Where the value begins in a pair's text.
    static int valueFrom(byte[] text) {
        return Labels.textStart(text, Labels.textStart(text, 0) + Labels.textLength(text, 0));
    }

    String value(int pair) {
        byte[] text = texts[pair];
        int from = valueFrom(text);
        return new String(text, from, text.length - from, StandardCharsets.UTF_8);
    }

    /// All values of a name, sorted; where they are not too many, made once for each set of values.
    List<String> values(Name name) {
        Name.Sorted known = name.sorted;
        if (known == null || known.version != name.version) {
            var values = new String[name.count];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(name.pairs[i]);
            }
            Arrays.sort(values, Labels.NAME_ORDER);
            known = new Name.Sorted(name.version, List.of(values));
            if (values.length <= MOST_KEPT) {
                name.sorted = known;
            }
        }
        return known.values;
    }

    Labels labels(int[] pairs, int from, int count) {
        int length = 0;
        for (int i = from; i < from + count; i++) {
            length += texts[pairs[i]].length;
        }
        var bytes = new byte[length];
        int at = 0;
        for (int i = from; i < from + count; i++) {
            byte[] text = texts[pairs[i]];
            System.arraycopy(text, 0, bytes, at, text.length);
            at += text.length;
        }
        return Labels.ofEncoded(bytes);
    }

    int count() {
        return live;
    }

    /// Numbers given out, free ones included.
    int given() {
        return given;
    }

    long textBytes() {
        return textBytes;
    }

    // ------------------------------------------------------------------ change

    int add(byte[] text) {
        int pair = freeCount > 0 ? free[--freeCount] : given++;
        define(pair, text);
        return pair;
    }

    private void define(int pair, byte[] text) {
        growTo(pair);
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
        name.version++;
        texts[pair] = text;
        nameOf[pair] = name.id;
        postings[pair] = new Postings();
        textBytes += text.length;
        live++;
        if (live * 2 > table.length) {
            int[] old = table;
            table = new int[old.length * 2];
            for (int entry : old) {
                if (entry != 0) {
                    place(entry - 1);
                }
            }
        }
        place(pair);
    }

    private void growTo(int pair) {
        if (pair >= texts.length) {
            int length = Math.max(pair + 1, texts.length + (texts.length >> 1));
            texts = Arrays.copyOf(texts, length);
            nameOf = Arrays.copyOf(nameOf, length);
            postings = Arrays.copyOf(postings, length);
        }
    }

    /// Takes series out of the postings of pairs; pairs that nothing carries any more are forgotten.
    void remove(RoaringBitmap gone, RoaringBitmap touched) {
        var thinned = new HashSet<Name>();
        for (var it = touched.getIntIterator(); it.hasNext(); ) {
            int pair = it.next();
            postings[pair].remove(gone);
            if (postings[pair].isEmpty()) {
                thinned.add(name(pair));
                forget(pair);
            }
        }
        for (Name name : thinned) {
            int kept = 0;
            for (int i = 0; i < name.count; i++) {
                if (texts[name.pairs[i]] != NO_TEXT) {
                    name.pairs[kept++] = name.pairs[i];
                }
            }
            name.count = kept;
            name.version++;
            if (kept * 4 < name.pairs.length) {
                name.pairs = Arrays.copyOf(name.pairs, Math.max(4, kept * 2));
            }
            name.sorted = null;
        }
    }

    private void forget(int pair) {
        byte[] text = texts[pair];
        int mask = table.length - 1;
        int at = hash(text, 0, text.length) & mask;
        while (table[at] != pair + 1) {
            at = at + 1 & mask;
        }
        table[at] = 0;
        for (int next = at + 1 & mask; table[next] != 0; next = next + 1 & mask) {
            byte[] moved = texts[table[next] - 1];
            int home = hash(moved, 0, moved.length) & mask;
            if ((next - home & mask) >= (next - at & mask)) {
                table[at] = table[next];
                table[next] = 0;
                at = next;
            }
        }
        name(pair).bytes -= text.length;
        textBytes -= text.length;
        live--;
        setFree(pair);
    }

    private void setFree(int pair) {
        texts[pair] = NO_TEXT;
        postings[pair] = new Postings();
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = pair;
    }

    private static int hash(byte[] bytes, int at, int length) {
        long h = XxHash64.hash(bytes, at, length);
        return (int) (h ^ h >>> 32);
    }

    private void place(int pair) {
        int mask = table.length - 1;
        byte[] text = texts[pair];
        int at = hash(text, 0, text.length) & mask;
        while (table[at] != 0) {
            at = at + 1 & mask;
        }
        table[at] = pair + 1;
    }

    // ------------------------------------------------------------------ checkpoint

    /// Makes room while there are none.
    void expect(int pairs) {
        int room = Math.max(256, pairs);
        texts = new byte[room][];
        nameOf = new int[room];
        postings = new Postings[room];
        table = new int[Math.max(1024, Integer.highestOneBit(Math.max(1, pairs)) << 2)];
    }

    /// Reads the next section of pairs: first number, count, texts.
    void read(ImageReader in) throws IOException {
        int first = in.u32();
        if (first != given) {
            throw new IOException("pairs from " + first + " on after " + given);
        }
        for (int n = in.count(); n > 0; n--) {
            byte[] text = in.bytes(in.count());
            int pair = given++;
            if (text.length == 0) {
                growTo(pair);
                setFree(pair);
            } else {
                define(pair, text);
            }
        }
    }

    /// The texts of all pairs by number, empty for free numbers: a copy of the table, not of the texts.
    byte[][] texts() {
        return Arrays.copyOf(texts, given);
    }

    // ------------------------------------------------------------------ listings

    /// Names that one of `among` has, sorted; all names where it is null.
    List<String> namesOf(@Nullable RoaringBitmap among) {
        var list = new ArrayList<String>();
        for (Name name : names.values()) {
            if (name.count > 0 && (among == null || anyOf(name, among))) {
                list.add(name.text);
            }
        }
        list.sort(Labels.NAME_ORDER);
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

    /// Values of a name that one of `among` has, sorted; all values where it is null.
    List<String> valuesOf(String name, @Nullable RoaringBitmap among) {
        Name found = names.get(name);
        if (found == null || found.count == 0) {
            return List.of();
        }
        if (among == null) {
            return values(found);
        }
        var list = new ArrayList<String>();
        for (int i = 0; i < found.count; i++) {
            int pair = found.pairs[i];
            if (postings[pair].intersects(among)) {
                list.add(value(pair));
            }
        }
        list.sort(Labels.NAME_ORDER);
        return list;
    }
}
