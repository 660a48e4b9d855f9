package io.pharos.storage.partition;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.labels.FastRegex;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.TimeRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// One partition, read-only. Counted references: it is closed, and its folder removed where that was asked for,
/// when the last user lets go.
final class SealedPartition {
    private final Path folder;
    private final RocksDB db;
    private final ReadOptions readOptions = RocksTables.readOptions();
    private final long firstMs;
    private final long lastMs;
    private final int series;
    private final long samples;
    private final long histograms;
    final int[] blockFirsts;
    private final long sizeBytes;
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile boolean doomed;
    private volatile @Nullable Index index;

    /// Labels of all series: loaded when they are asked for, dropped when they have not been for a while.
    static final class Index {
        /// Values of a name that are kept as texts.
        private static final int MOST_KEPT = 1 << 15;

        final byte[][] pairTexts;
        final byte[] entries;
        final int[] entryAt; // series → offset
        final int[] pairNames; // pair → number of its name
        final List<String> names;
        private final Map<String, List<String>> values = new ConcurrentHashMap<>();
        volatile long usedNanos = System.nanoTime();

        Index(byte[][] pairTexts, byte[] entries, int[] entryAt, int[] pairNames, List<String> names) {
            this.pairTexts = pairTexts;
            this.entries = entries;
            this.entryAt = entryAt;
            this.pairNames = pairNames;
            this.names = names;
        }

        /// All values of a name, sorted as the pairs are; where they are not too many, made once.
        List<String> values(String name) {
            List<String> known = values.get(name);
            if (known != null) {
                return known;
            }
            int wanted = names.indexOf(name);
            var found = new ArrayList<String>();
            for (int pair = 0; pair < pairTexts.length && wanted >= 0 && pairNames[pair] <= wanted; pair++) {
                if (pairNames[pair] == wanted) {
                    byte[] text = pairTexts[pair];
                    int at = Labels.textStart(text, 0) + Labels.textLength(text, 0);
                    found.add(new String(
                            text, Labels.textStart(text, at), Labels.textLength(text, at), StandardCharsets.UTF_8));
                }
            }
            List<String> all = List.copyOf(found);
            if (wanted >= 0 && all.size() <= MOST_KEPT) {
                values.put(name, all);
            }
            return all;
        }

        /// Count, pairs.
        int[] pairs(int series, int[] into) {
            var in = new ByteReader(entries, entryAt[series], entries.length);
            int n = in.size(1 << 20);
            int[] pairs = into.length > n ? into : new int[n + 8];
            pairs[0] = n;
            for (int i = 1; i <= n; i++) {
                pairs[i] = (int) in.uvarint();
            }
            return pairs;
        }

        Labels labels(int series) {
            int[] pairs = pairs(series, new int[24]);
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
    }

    SealedPartition(Path folder) {
        this.folder = folder;
        try {
            db = RocksDB.openReadOnly(
                    RocksTables.reading(), folder.resolve("db").toString());
            RocksTables.tidy(folder.resolve("db"));
            byte[] header = db.get(new byte[] {'m'});
            if (header == null) {
                throw new IOException("no header in it");
            }
            var in = new ByteReader(header);
            int version = in.u8();
            if (version != PartitionWriter.VERSION) {
                throw new IOException("it has the format version " + version + ", this program reads "
                        + PartitionWriter.VERSION + "; use a newer one");
            }
            firstMs = in.u64();
            lastMs = in.u64();
            series = in.u32();
            samples = in.u64();
            histograms = in.u64();
            blockFirsts = new int[in.u32()];
            for (int i = 0; i < blockFirsts.length; i++) {
                blockFirsts[i] = in.u32();
            }
            long size = 0;
            try (var files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    size += Files.size(file);
                }
            }
            sizeBytes = size;
        } catch (IOException | RocksDBException | io.pharos.model.chunk.CorruptChunkException e) {
            throw new PartitionException("cannot open the partition " + folder, e);
        }
    }

    Path folder() {
        return folder;
    }

    long firstMs() {
        return firstMs;
    }

    long lastMs() {
        return lastMs;
    }

    int series() {
        return series;
    }

    long samples() {
        return samples;
    }

    long histograms() {
        return histograms;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /// Keeps it open; false where it is closed already.
    boolean retain() {
        while (true) {
            int n = users.get();
            if (n == 0) {
                return false;
            }
            if (users.compareAndSet(n, n + 1)) {
                return true;
            }
        }
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            db.close();
            readOptions.close();
            if (doomed) {
                RocksTables.deleteFolder(folder);
            }
        }
    }

    /// Removes the folder once nobody reads it.
    void doom() {
        doomed = true;
        release();
    }

    /// Drops the labels in memory where nobody asked for them since `nanos`.
    void dropIdle(long nanos) {
        Index now = index;
        if (now != null && now.usedNanos - nanos < 0) {
            index = null;
        }
    }

    Index index() {
        Index now = index;
        if (now == null) {
            synchronized (this) {
                now = index;
                if (now == null) {
                    now = load();
                    index = now;
                }
            }
        }
        now.usedNanos = System.nanoTime();
        return now;
    }

    private Index load() {
        var texts = new ArrayList<byte[]>();
        var pairNames = new int[1024];
        var names = new ArrayList<String>();
        String last = null;
        try (RocksIterator it = db.newIterator(readOptions)) {
            for (it.seek(new byte[] {'p'}); it.isValid(); it.next()) {
                byte[] key = it.key();
                if (key[0] != 'p') {
                    break;
                }
                byte[] text = RocksTables.pairText(key);
                String name =
                        new String(text, Labels.textStart(text, 0), Labels.textLength(text, 0), StandardCharsets.UTF_8);
                if (!name.equals(last)) {
                    names.add(name);
                    last = name;
                }
                int pair = texts.size();
                if (pair == pairNames.length) {
                    pairNames = Arrays.copyOf(pairNames, pair * 2);
                }
                pairNames[pair] = names.size() - 1;
                texts.add(text);
            }
            it.status();
            var entries = new io.pharos.model.chunk.ByteWriter(1 << 16);
            var entryAt = new int[series];
            int next = 0;
            for (it.seek(new byte[] {'s'}); it.isValid(); it.next()) {
                byte[] key = it.key();
                if (key[0] != 's') {
                    break;
                }
                byte[] value = it.value();
                var in = new ByteReader(value);
                while (in.hasMore()) {
                    entryAt[next++] = entries.size() + in.at();
                    for (int n = in.size(1 << 20); n > 0; n--) {
                        if (in.size(texts.size()) == texts.size()) {
                            throw new io.pharos.model.chunk.CorruptChunkException("series with an unknown pair");
                        }
                    }
                    in.varint();
                    in.uvarint();
                }
                entries.raw(value);
            }
            it.status();
            if (next != series) {
                throw new io.pharos.model.chunk.CorruptChunkException(next + " series of " + series);
            }
            return new Index(texts.toArray(byte[][]::new), entries.toBytes(), entryAt, pairNames, names);
        } catch (RocksDBException | io.pharos.model.chunk.CorruptChunkException e) {
            throw new PartitionException("cannot read the labels in " + folder, e);
        }
    }

    // ------------------------------------------------------------------ matchers

    private @Nullable RoaringBitmap postings(byte[] key) {
        try {
            byte[] value = db.get(key);
            return value == null ? null : bitmap(value);
        } catch (RocksDBException e) {
            throw new PartitionException("cannot read " + folder, e);
        }
    }

    private RoaringBitmap bitmap(byte[] value) {
        var bitmap = new RoaringBitmap();
        try {
            bitmap.deserialize(ByteBuffer.wrap(value, 4, value.length - 4));
        } catch (IOException e) {
            throw new PartitionException("cannot read postings in " + folder, e);
        }
        return bitmap;
    }

    private RoaringBitmap all() {
        var all = new RoaringBitmap();
        all.add(0L, series);
        return all;
    }

    /// Series that all matchers match.
    RoaringBitmap matching(List<Matcher> matchers) {
        RoaringBitmap result = null;
        for (Matcher matcher : matchers) {
            if (!matcher.matchesEmpty()) {
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
        }
        if (result == null) {
            result = all();
        }
        for (Matcher matcher : matchers) {
            if (matcher.matchesEmpty()) {
                result.andNot(union(matcher, false));
            }
        }
        return result;
    }

    private RoaringBitmap union(Matcher matcher, boolean matches) {
        byte[] prefix = RocksTables.namePrefix(matcher.name().getBytes(StandardCharsets.UTF_8));
        boolean positive = matcher.type() == Matcher.Type.EQUAL || matcher.type() == Matcher.Type.REGEX;
        FastRegex regex = matcher.regex();
        Collection<String> literals =
                regex == null ? List.of(matcher.value()) : regex.literals().orElse(null);
        var into = new RoaringBitmap();
        if (literals != null && positive == matches) {
            for (String literal : literals) {
                RoaringBitmap found = literal.isEmpty() ? null : postings(join(prefix, literal));
                if (found != null) {
                    into.or(found);
                }
            }
            return into;
        }
        byte[] from = prefix;
        if (regex != null && positive && matches && regex.prefix().isPresent()) {
            from = join(prefix, regex.prefix().get());
        }
        scan(from, (key, it) -> {
            if (matcher.matches(RocksTables.value(key, prefix.length)) == matches) {
                into.or(bitmap(it.value()));
            }
        });
        return into;
    }

    private static byte[] join(byte[] prefix, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(prefix, prefix.length + bytes.length);
        System.arraycopy(bytes, 0, key, prefix.length, bytes.length);
        return key;
    }

    private interface Visit {
        void entry(byte[] key, RocksIterator at);
    }

    private void scan(byte[] prefix, Visit visit) {
        try (RocksIterator it = db.newIterator(readOptions)) {
            for (it.seek(prefix); it.isValid(); it.next()) {
                byte[] key = it.key();
                if (key.length < prefix.length || !Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
                    break;
                }
                visit.entry(key, it);
            }
            it.status();
        } catch (RocksDBException e) {
            throw new PartitionException("cannot read " + folder, e);
        }
    }

    /// Series of the sets that have samples in the range; null where every series does.
    private @Nullable RoaringBitmap among(TimeRange range, List<List<Matcher>> sets) {
        if (sets.isEmpty()) {
            return null;
        }
        var among = new RoaringBitmap();
        for (List<Matcher> set : sets) {
            among.or(matching(set));
        }
        return inRange(among, range);
    }

    /// Those of `found` that have samples in the range.
    RoaringBitmap inRange(RoaringBitmap found, TimeRange range) {
        if (range.firstMs() <= firstMs && range.lastMs() >= lastMs) {
            return found;
        }
        Index of = index();
        var kept = new RoaringBitmap();
        var in = new ByteReader(of.entries);
        for (var it = found.getIntIterator(); it.hasNext(); ) {
            int id = it.next();
            in.seek(of.entryAt[id]);
            for (int n = in.size(1 << 20); n > 0; n--) {
                in.uvarint();
            }
            long first = firstMs + in.varint();
            if (range.overlaps(first, first + in.uvarint())) {
                kept.add(id);
            }
        }
        return kept;
    }

    List<String> labelNames(TimeRange range, List<List<Matcher>> sets) {
        RoaringBitmap among = among(range, sets);
        if (among == null) {
            return index().names;
        }
        Index of = index();
        var seen = new boolean[of.names.size()];
        var pairs = new int[24];
        for (var it = among.getIntIterator(); it.hasNext(); ) {
            pairs = of.pairs(it.next(), pairs);
            for (int i = 1; i <= pairs[0]; i++) {
                seen[of.pairNames[pairs[i]]] = true;
            }
        }
        var found = new ArrayList<String>();
        for (int i = 0; i < seen.length; i++) {
            if (seen[i]) {
                found.add(of.names.get(i));
            }
        }
        return found;
    }

    List<String> labelValues(String name, TimeRange range, List<List<Matcher>> sets) {
        RoaringBitmap among = among(range, sets);
        if (among == null) {
            return index().values(name);
        }
        var found = new ArrayList<String>();
        byte[] prefix = RocksTables.namePrefix(name.getBytes(StandardCharsets.UTF_8));
        scan(prefix, (key, it) -> {
            if (RoaringBitmap.intersects(among, bitmap(it.value()))) {
                found.add(RocksTables.value(key, prefix.length));
            }
        });
        return found;
    }

    /// Adds what is known of families, in place of what was known before.
    void metadata(Map<String, MetricMetadata> into) {
        try {
            scan(new byte[] {'d'}, (_, it) -> MetadataRows.read(it.value(), into));
        } catch (io.pharos.model.chunk.CorruptChunkException e) {
            throw new PartitionException("cannot read metadata in " + folder, e);
        }
    }

    /// Adds exemplars in a range of series that are wanted.
    void exemplars(TimeRange range, Predicate<Labels> wanted, Map<Labels, List<Exemplar>> into) {
        var all = new TreeMap<Labels, List<Exemplar>>();
        try {
            scan(new byte[] {'e'}, (_, it) -> ExemplarRows.read(it.value(), all));
        } catch (io.pharos.model.chunk.CorruptChunkException e) {
            throw new PartitionException("cannot read exemplars in " + folder, e);
        }
        all.forEach((series, exemplars) -> {
            if (wanted.test(series)) {
                exemplars.removeIf(e -> !range.contains(e.atMs()));
                if (!exemplars.isEmpty()) {
                    ExemplarRows.merge(into, series, exemplars);
                }
            }
        });
    }

    // ------------------------------------------------------------------ samples

    /// The block that holds a series.
    int blockOf(int id) {
        int at = Arrays.binarySearch(blockFirsts, id);
        return at >= 0 ? at : -at - 2;
    }

    /// Loads a block into the reader, unless it is there.
    void load(int block, SampleBlock.Reader reader) {
        if (reader.owner == this && reader.block == block) {
            return;
        }
        reader.owner = null;
        byte[] key = RocksTables.key('c', blockFirsts[block]);
        try {
            int length = db.get(readOptions, key, 0, key.length, reader.bytes, 0, reader.bytes.length - 32);
            if (length > reader.bytes.length - 32) {
                reader.bytes = new byte[length + (length >> 2) + 64];
                length = db.get(readOptions, key, 0, key.length, reader.bytes, 0, reader.bytes.length - 32);
            }
            if (length == RocksDB.NOT_FOUND) {
                throw new io.pharos.model.chunk.CorruptChunkException("block " + block + " is missing");
            }
            reader.length = length;
            reader.parse();
            reader.owner = this;
            reader.block = block;
        } catch (RocksDBException | io.pharos.model.chunk.CorruptChunkException e) {
            throw new PartitionException("cannot read samples in " + folder, e);
        }
    }
}
