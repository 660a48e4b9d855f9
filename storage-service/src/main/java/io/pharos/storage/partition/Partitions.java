package io.pharos.storage.partition;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.CorruptChunkException;
import io.pharos.model.labels.Labels;
import io.pharos.model.labels.Matcher;
import io.pharos.model.port.SeriesSet;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import io.pharos.storage.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sealed partitions of a store: which there are, what they hold, and their replacement by newer
/// generations. Changes are made by one thread at a time; selections run beside them.
public final class Partitions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

    /// A partition holds samples of one day (UTC) at most.
    public static final long SPAN_MS = 24L * 3_600_000;
    /// Partitions of one span after which they are merged.
    private static final int PIECES = 6;
    private static final long IDLE_NANOS = 120L * 1_000_000_000;

    private final Disk disk;
    private final Path folder;
    private final Path manifest;
    private volatile List<SealedPartition> list = List.of();
    private volatile Tombstones tombstones = Tombstones.NONE;
    private volatile int corrupt;
    private int next = 1;

    /// What a partition is, for the API.
    public record Description(
            String name, long firstMs, long lastMs, int series, long samples, long histograms, long sizeBytes) {}

    private Partitions(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder.resolve("partitions");
        this.manifest = folder.resolve("partitions.manifest");
    }

    /// No partitions at all; nothing can be added.
    public static Partitions none() {
        return new Partitions(Disk.REAL, Path.of(""));
    }

    /// Opens the partitions in a data folder. One that cannot be read is set aside and logged; folders that are in no
    /// manifest, which a crash leaves, are removed.
    public static Partitions open(Disk disk, Path folder) {
        var partitions = new Partitions(disk, folder);
        try {
            disk.createFolder(partitions.folder);
            partitions.load();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the partitions in " + folder, e);
        }
        return partitions;
    }

    private void load() throws IOException {
        var named = new ArrayList<String>();
        if (Files.exists(manifest)) {
            byte[] bytes = Files.readAllBytes(manifest);
            var in = new ByteReader(bytes);
            try {
                var crc = new CRC32C();
                crc.update(bytes, 4, Math.max(0, bytes.length - 4));
                if (in.u32() != (int) crc.getValue()) {
                    throw new CorruptChunkException("bad checksum");
                }
                int version = in.u8();
                if (version != 1) {
                    throw new CorruptChunkException("format version " + version + ", this program reads 1");
                }
                for (int n = in.size(bytes.length); n > 0; n--) {
                    named.add(new String(in.raw(in.size(in.remaining())), StandardCharsets.UTF_8));
                }
                tombstones = Tombstones.read(in);
            } catch (CorruptChunkException e) {
                throw new IllegalStateException(
                        manifest + " cannot be read (" + e.getMessage()
                                + "); restore it from a snapshot, or move it away to start with what the log holds",
                        e);
            }
        }
        var opened = new ArrayList<SealedPartition>();
        for (String name : named) {
            try {
                opened.add(new SealedPartition(folder.resolve(name)));
            } catch (PartitionException e) {
                corrupt++;
                LOG.error("a partition is set aside as {}.corrupt", folder.resolve(name), e);
                Path from = folder.resolve(name);
                if (Files.exists(from)) {
                    Files.move(from, Path.of(from + ".corrupt"), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Set<String> known = new HashSet<>(named);
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!known.contains(name) && !name.endsWith(".corrupt")) {
                    RocksTables.deleteFolder(file);
                }
            }
        }
        for (String name : named) {
            int dash = name.lastIndexOf('-');
            next = Math.max(next, Integer.parseInt(name.substring(dash + 1)) + 1);
        }
        opened.sort(ORDER);
        list = List.copyOf(opened);
    }

    private static final Comparator<SealedPartition> ORDER = Comparator.comparingLong(SealedPartition::firstMs)
            .thenComparing(p -> p.folder().getFileName().toString());

    private void save(List<SealedPartition> partitions, Tombstones deleted) {
        var out = new ByteWriter(256);
        out.u32(0);
        out.u8(1);
        out.uvarint(partitions.size());
        for (SealedPartition partition : partitions) {
            byte[] name = partition.folder().getFileName().toString().getBytes(StandardCharsets.UTF_8);
            out.uvarint(name.length);
            out.raw(name);
        }
        deleted.write(out);
        var crc = new CRC32C();
        crc.update(out.array(), 4, out.size() - 4);
        out.putU32(0, (int) crc.getValue());
        Path temporary = Path.of(manifest + ".new");
        try {
            // the folders of new partitions first: the manifest must not name one that power loss takes
            disk.forceFolder(folder);
            try (Disk.Output file = disk.create(temporary)) {
                file.write(ByteBuffer.wrap(out.array(), 0, out.size()), 0);
                file.force();
            }
            disk.replace(temporary, manifest);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + manifest + " (" + e.getMessage() + ")", e);
        }
    }

    // ------------------------------------------------------------------ read

    /// Selections of the partitions that overlap the range, oldest first.
    public List<SeriesSet> select(TimeRange range, List<Matcher> matchers) {
        var sets = new ArrayList<SeriesSet>();
        for (SealedPartition partition : retained(range)) {
            boolean handed = false;
            try {
                RoaringBitmap found = partition.inRange(partition.matching(matchers), range);
                if (!found.isEmpty()) {
                    sets.add(new PartitionSelection(partition, found.toArray()));
                    handed = true;
                }
            } finally {
                if (!handed) {
                    partition.release();
                }
            }
        }
        return sets;
    }

    private List<SealedPartition> retained(TimeRange range) {
        while (true) {
            List<SealedPartition> now = list;
            var kept = new ArrayList<SealedPartition>();
            boolean all = true;
            for (SealedPartition partition : now) {
                if (range.overlaps(partition.firstMs(), partition.lastMs())) {
                    if (!partition.retain()) {
                        all = false;
                        break;
                    }
                    kept.add(partition);
                }
            }
            if (all) {
                return kept;
            }
            kept.forEach(SealedPartition::release);
        }
    }

    /// Label names, sorted, of each partition that overlaps the range.
    public List<List<String>> labelNames(TimeRange range, List<List<Matcher>> sets) {
        var names = new ArrayList<List<String>>();
        for (SealedPartition partition : retained(range)) {
            try {
                names.add(partition.labelNames(range, sets));
            } finally {
                partition.release();
            }
        }
        return names;
    }

    /// Values, sorted, of each partition that overlaps the range.
    public List<List<String>> labelValues(String name, TimeRange range, List<List<Matcher>> sets) {
        var values = new ArrayList<List<String>>();
        for (SealedPartition partition : retained(range)) {
            try {
                values.add(partition.labelValues(name, range, sets));
            } finally {
                partition.release();
            }
        }
        return values;
    }

    /// Adds what partitions that overlap a range know of families, the newest last.
    public void metadata(TimeRange range, Map<String, MetricMetadata> into) {
        for (SealedPartition partition : retained(range)) {
            try {
                partition.metadata(into);
            } finally {
                partition.release();
            }
        }
    }

    /// Adds exemplars in a range of series that are wanted, to others; none twice.
    public void exemplars(TimeRange range, Predicate<Labels> wanted, Map<Labels, List<Exemplar>> into) {
        // exemplars may lie before and after the samples of their partition, within its day
        var around = new TimeRange(
                Math.max(range.firstMs(), Long.MIN_VALUE + SPAN_MS) - SPAN_MS,
                Math.min(range.lastMs(), Long.MAX_VALUE - SPAN_MS) + SPAN_MS);
        for (SealedPartition partition : retained(around)) {
            try {
                partition.exemplars(range, wanted, into);
            } finally {
                partition.release();
            }
        }
    }

    public Tombstones tombstones() {
        return tombstones;
    }

    public List<Description> describe() {
        var all = new ArrayList<Description>();
        for (SealedPartition p : list) {
            all.add(new Description(
                    p.folder().getFileName().toString(),
                    p.firstMs(),
                    p.lastMs(),
                    p.series(),
                    p.samples(),
                    p.histograms(),
                    p.sizeBytes()));
        }
        return all;
    }

    public long sizeBytes() {
        long bytes = 0;
        for (SealedPartition partition : list) {
            bytes += partition.sizeBytes();
        }
        return bytes;
    }

    /// Partitions that were set aside when the store was opened.
    public int corrupt() {
        return corrupt;
    }

    // ------------------------------------------------------------------ write

    /// Partitions written and not yet in force.
    public final class Pending {
        private final List<SealedPartition> added;

        private Pending(List<SealedPartition> added) {
            this.added = added;
        }

        /// Puts them into force. The caller sees to it that no selection is made meanwhile.
        public void commit() {
            var all = new ArrayList<>(list);
            all.addAll(added);
            all.sort(ORDER);
            try {
                save(all, tombstones);
            } catch (RuntimeException e) {
                added.forEach(SealedPartition::doom);
                throw e;
            }
            list = List.copyOf(all);
        }
    }

    /// Writes what a stream holds between two times, both included, span by span.
    public Pending write(SeriesStream stream, long firstMs, long lastMs) {
        var added = new ArrayList<SealedPartition>();
        try {
            for (long span = Math.floorDiv(firstMs, SPAN_MS); span <= Math.floorDiv(lastMs, SPAN_MS); span++) {
                SealedPartition partition = writeSpan(stream, span);
                if (partition != null) {
                    added.add(partition);
                }
            }
            return new Pending(added);
        } catch (RuntimeException e) {
            added.forEach(SealedPartition::doom);
            throw e;
        }
    }

    private @org.jspecify.annotations.Nullable SealedPartition writeSpan(SeriesStream stream, long span) {
        Path to = folder.resolve(span + "-" + next++);
        try {
            disk.createFolder(to);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the partition " + to + " (" + e.getMessage() + ")", e);
        }
        var samples = new SampleBuffer();
        var pairs = new int[24];
        try (var writer = new PartitionWriter(to, stream.pairs())) {
            for (int i = 0; i < stream.size(); i++) {
                samples.clear();
                stream.read(i, span * SPAN_MS - 1, (span + 1) * SPAN_MS - 1, samples);
                if (!samples.isEmpty()) {
                    pairs = stream.pairsOf(i, pairs);
                    writer.add(java.util.Arrays.copyOfRange(pairs, 1, pairs[0] + 1), pairs[0], samples);
                }
            }
            if (writer.series() > 0) {
                writer.metadata(stream.metadata());
                writer.exemplars(stream.exemplars(span * SPAN_MS, (span + 1) * SPAN_MS - 1));
            }
            if (!writer.finish()) {
                return null;
            }
        }
        return new SealedPartition(to);
    }

    /// Merges the partitions of spans that have many; of all spans with more than one where `all`. Answers how many
    /// spans were merged.
    public int merge(boolean all) {
        var bySpan = new TreeMap<Long, List<SealedPartition>>();
        for (SealedPartition partition : list) {
            long span = Math.floorDiv(partition.firstMs(), SPAN_MS);
            bySpan.computeIfAbsent(span, _ -> new ArrayList<>()).add(partition);
        }
        int merged = 0;
        for (var entry : bySpan.entrySet()) {
            int most = all ? 1 : PIECES;
            if (entry.getValue().size() > most) {
                rewrite(entry.getKey(), entry.getValue(), Tombstones.NONE);
                merged++;
            }
        }
        return merged;
    }

    private void rewrite(long span, List<SealedPartition> old, Tombstones deleted) {
        old.forEach(SealedPartition::retain);
        SealedPartition merged;
        try (var stream = new MergeStream(old, deleted)) {
            merged = writeSpan(stream, span);
        }
        var all = new ArrayList<>(list);
        all.removeAll(old);
        if (merged != null) {
            all.add(merged);
        }
        all.sort(ORDER);
        try {
            save(all, tombstones);
        } catch (RuntimeException e) {
            if (merged != null) {
                merged.doom();
            }
            throw e;
        }
        list = List.copyOf(all);
        old.forEach(SealedPartition::doom);
    }

    /// Hides samples from now on.
    public void delete(Tombstones.Tombstone deleted) {
        Tombstones now = tombstones.with(deleted);
        save(list, now);
        tombstones = now;
    }

    /// Rewrites every partition that something was deleted of, and forgets the tombstones. The head must hold
    /// nothing that was deleted.
    public void cleanTombstones() {
        Tombstones deleted = tombstones;
        if (deleted.isEmpty()) {
            return;
        }
        for (SealedPartition partition : list) {
            boolean touched =
                    deleted.list().stream().anyMatch(t -> t.range().overlaps(partition.firstMs(), partition.lastMs()));
            if (touched) {
                rewrite(Math.floorDiv(partition.firstMs(), SPAN_MS), List.of(partition), deleted);
            }
        }
        save(list, Tombstones.NONE);
        tombstones = Tombstones.NONE;
    }

    /// Drops partitions that end before a time, and the oldest ones while all together are larger than
    /// `mostBytes` (0 for no limit). Answers how many were dropped for age and for size.
    public int[] retain(long fromMs, long mostBytes) {
        var kept = new ArrayList<>(list);
        var dropped = new ArrayList<SealedPartition>();
        kept.removeIf(p -> p.lastMs() < fromMs && dropped.add(p));
        int forAge = dropped.size();
        long size = 0;
        for (SealedPartition partition : kept) {
            size += partition.sizeBytes();
        }
        while (mostBytes > 0 && size > mostBytes && !kept.isEmpty()) {
            SealedPartition oldest = kept.removeFirst();
            size -= oldest.sizeBytes();
            dropped.add(oldest);
        }
        if (!dropped.isEmpty()) {
            save(kept, tombstones);
            list = List.copyOf(kept);
            dropped.forEach(SealedPartition::doom);
        }
        return new int[] {forAge, dropped.size() - forAge};
    }

    /// Makes hard links of every partition and a manifest in another folder, which then can be opened as a store.
    public void snapshot(Path into) {
        List<SealedPartition> now = retained(TimeRange.ALL);
        try {
            Path target = into.resolve("partitions");
            disk.createFolder(target);
            for (SealedPartition partition : now) {
                Path from = partition.folder();
                try (var files = Files.walk(from)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Path to = target.resolve(folder.relativize(file));
                        Files.createDirectories(to.getParent());
                        if (file.getFileName().toString().endsWith(".sst")) {
                            Files.createLink(to, file);
                        } else {
                            Files.copy(file, to);
                        }
                    }
                }
            }
            if (!Files.exists(manifest)) {
                save(list, tombstones);
            }
            Files.copy(manifest, into.resolve("partitions.manifest"), StandardCopyOption.REPLACE_EXISTING);
            disk.forceFolder(into);
        } catch (IOException e) {
            RocksTables.deleteFolder(into);
            throw new UncheckedIOException("cannot make a snapshot in " + into + " (" + e.getMessage() + ")", e);
        } finally {
            now.forEach(SealedPartition::release);
        }
    }

    /// Lets go of labels that nobody asked for in the last two minutes.
    public void dropIdle() {
        long before = System.nanoTime() - IDLE_NANOS;
        list.forEach(p -> p.dropIdle(before));
    }

    @Override
    public void close() {
        List<SealedPartition> now = list;
        list = List.of();
        now.forEach(SealedPartition::release);
    }
}
