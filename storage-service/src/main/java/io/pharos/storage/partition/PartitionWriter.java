package io.pharos.storage.partition;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.storage.index.FamilyNames;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/// Writes one partition into a new folder: all pairs first, then the series in label order, then [#finish()].
final class PartitionWriter implements AutoCloseable {
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int BLOCK_SERIES = 1024;
    static final int SERIES_PER_ENTRY = 256;
    static final int VERSION = 1;

    private final Path folder;
    private final Path table;
    private final byte[][] pairs;
    private final RoaringBitmap[] postings;
    private final Options options;
    private final EnvOptions environment = RocksTables.environment();
    private final SstFileWriter sst;
    private final SampleBlock.Writer block = new SampleBlock.Writer();
    private final ByteBuffer keyBytes = ByteBuffer.allocateDirect(8);
    private ByteBuffer rowBytes = ByteBuffer.allocateDirect(4 * BLOCK_BYTES); // outside the heap, as the table wants it
    private final ByteWriter blockFirsts = new ByteWriter(4096);
    private final ByteWriter entries = new ByteWriter(1 << 16);
    private int[] entryEnds = new int[64];
    private int entryCount;
    private int blockCount;
    private int blockFirst;
    private int series;
    private long samples;
    private long histograms;
    private long firstMs = Long.MAX_VALUE;
    private long lastMs = Long.MIN_VALUE;
    private boolean finished;

    /// @param folder a folder that does not exist yet
    /// @param pairs texts of label pairs in the layout of [Labels], in label order; series name them by index
    PartitionWriter(Path folder, byte[][] pairs) {
        this.folder = folder;
        this.pairs = pairs;
        this.postings = new RoaringBitmap[pairs.length];
        try {
            Files.createDirectories(folder);
            table = folder.resolve("table.sst");
            options = RocksTables.options();
            sst = new SstFileWriter(environment, options);
            sst.open(table.toString());
        } catch (IOException | RocksDBException e) {
            throw new PartitionException("cannot write the partition " + folder, e);
        }
    }

    /// Adds the next series in label order. A series without samples is passed over.
    void add(int[] pairNumbers, int count, SampleBuffer of) {
        int floats = of.floats();
        int more = of.histogramCount();
        if (floats == 0 && more == 0) {
            return;
        }
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        if (floats > 0) {
            first = of.times()[0];
            last = of.times()[floats - 1];
        }
        if (more > 0) {
            first = Math.min(first, of.histogramTimes()[0]);
            last = Math.max(last, of.histogramTimes()[more - 1]);
        }
        firstMs = Math.min(firstMs, first);
        lastMs = Math.max(lastMs, last);
        samples += floats + more;
        histograms += more;
        block.add(of);
        entries.uvarint(count);
        for (int i = 0; i < count; i++) {
            int pair = pairNumbers[i];
            entries.uvarint(pair);
            RoaringBitmap bitmap = postings[pair];
            if (bitmap == null) {
                bitmap = new RoaringBitmap();
                postings[pair] = bitmap;
            }
            bitmap.add(series);
        }
        entries.varint(first);
        entries.uvarint(last - first);
        series++;
        if (series % SERIES_PER_ENTRY == 0) {
            endEntry();
        }
        // a run of series that lean on each other is not cut as long as it stays readable in one go
        boolean large = block.sizeBytes() >= (block.leans() ? 3 * BLOCK_BYTES : BLOCK_BYTES);
        if (large || block.series() >= BLOCK_SERIES) {
            endBlock();
        }
    }

    private void endEntry() {
        if (entryCount == entryEnds.length) {
            entryEnds = java.util.Arrays.copyOf(entryEnds, entryCount * 2);
        }
        entryEnds[entryCount++] = entries.size();
    }

    private void endBlock() {
        if (block.series() == 0) {
            return;
        }
        try {
            put(RocksTables.key('c', blockFirst), block.finish());
        } catch (RocksDBException e) {
            throw new PartitionException("cannot write the partition " + folder, e);
        }
        blockFirsts.u32(blockFirst);
        blockCount++;
        blockFirst = series;
    }

    private void put(byte[] key, ByteWriter row) throws RocksDBException {
        if (rowBytes.capacity() < row.size()) {
            rowBytes = ByteBuffer.allocateDirect(row.size() + (row.size() >> 1));
        }
        rowBytes.clear().put(row.array(), 0, row.size()).flip();
        keyBytes.clear().put(key).flip();
        sst.put(keyBytes, rowBytes);
    }

    int series() {
        return series;
    }

    /// Adds what is known of the families that have series here; after the last series.
    void metadata(Map<String, MetricMetadata> all) {
        endBlock();
        if (all.isEmpty()) {
            return;
        }
        var metrics = new HashSet<String>();
        for (int i = 0; i < pairs.length; i++) {
            if (postings[i] != null) {
                Labels pair = Labels.ofEncoded(pairs[i]);
                if (!pair.metricName().isEmpty()) {
                    metrics.add(pair.metricName());
                }
            }
        }
        var kept = new TreeMap<>(all);
        kept.keySet().removeIf(family -> !FamilyNames.hasSeries(family, metrics::contains));
        var row = new ByteWriter(1024);
        int rows = 0;
        for (var it = kept.entrySet().iterator(); it.hasNext(); ) {
            var of = it.next();
            MetadataRows.write(row, of.getKey(), of.getValue());
            if (row.size() >= MetadataRows.ROW_BYTES || !it.hasNext()) {
                try {
                    put(RocksTables.key('d', rows++), row);
                } catch (RocksDBException e) {
                    throw new PartitionException("cannot write the partition " + folder, e);
                }
                row.clear();
            }
        }
    }

    /// Adds exemplars; after the metadata.
    void exemplars(Map<Labels, List<Exemplar>> all) {
        endBlock();
        var row = new ByteWriter(1024);
        int rows = 0;
        for (var it = new TreeMap<>(all).entrySet().iterator(); it.hasNext(); ) {
            var of = it.next();
            ExemplarRows.write(row, of.getKey(), of.getValue());
            if (row.size() >= ExemplarRows.ROW_BYTES || !it.hasNext()) {
                try {
                    sst.put(RocksTables.key('e', rows++), row.toBytes());
                } catch (RocksDBException e) {
                    throw new PartitionException("cannot write the partition " + folder, e);
                }
                row.clear();
            }
        }
    }

    /// Writes what is left; the folder then is a partition, durable. False where no series was added: the folder is
    /// gone.
    boolean finish() {
        finished = true;
        if (series == 0) {
            close();
            RocksTables.deleteFolder(folder);
            return false;
        }
        try {
            endBlock();
            if (series % SERIES_PER_ENTRY != 0) {
                endEntry();
            }
            var header = new ByteWriter(64 + blockFirsts.size());
            header.u8(VERSION);
            header.u64(firstMs);
            header.u64(lastMs);
            header.u32(series);
            header.u64(samples);
            header.u64(histograms);
            header.u32(blockCount);
            header.raw(blockFirsts.array(), 0, blockFirsts.size());
            sst.put(new byte[] {'m'}, header.toBytes());
            var renumbered = new int[pairs.length];
            int next = 0;
            for (int i = 0; i < pairs.length; i++) {
                renumbered[i] = next;
                RoaringBitmap bitmap = postings[i];
                if (bitmap == null) {
                    continue;
                }
                bitmap.runOptimize();
                var bytes = new ByteArrayOutputStream(bitmap.serializedSizeInBytes() + 4);
                var out = new DataOutputStream(bytes);
                out.writeInt(next++);
                bitmap.serialize(out);
                sst.put(RocksTables.pairKey(pairs[i]), bytes.toByteArray());
            }
            writeEntries(renumbered);
            sst.finish();
            close();
            try (var db = RocksDB.open(
                            RocksTables.creating(), folder.resolve("db").toString());
                    var ingest = new IngestExternalFileOptions().setMoveFiles(true)) {
                db.ingestExternalFile(List.of(table.toString()), ingest);
            }
            Files.deleteIfExists(table);
            RocksTables.tidy(folder.resolve("db"));
            return true;
        } catch (IOException | RocksDBException e) {
            throw new PartitionException("cannot write the partition " + folder, e);
        }
    }

    private void writeEntries(int[] renumbered) throws RocksDBException {
        var in = new io.pharos.model.chunk.ByteReader(entries.array(), 0, entries.size());
        int at = 0;
        var out = new ByteWriter(8192);
        for (int e = 0; e < entryCount; e++) {
            out.clear();
            while (at < entryEnds[e]) {
                in.seek(at);
                int count = in.size(1 << 20);
                out.uvarint(count);
                for (int i = 0; i < count; i++) {
                    out.uvarint(renumbered[in.size(Integer.MAX_VALUE)]);
                }
                out.varint(in.varint() - firstMs);
                out.uvarint(in.uvarint());
                at = in.at();
            }
            sst.put(RocksTables.key('s', e), out.toBytes());
        }
    }

    @Override
    public void close() {
        sst.close();
        options.close();
        environment.close();
        if (!finished) {
            finished = true;
            RocksTables.deleteFolder(folder);
        }
    }

    static Labels labels(byte[][] texts, int[] pairNumbers, int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += texts[pairNumbers[i]].length;
        }
        var bytes = new byte[length];
        int at = 0;
        for (int i = 0; i < count; i++) {
            byte[] text = texts[pairNumbers[i]];
            System.arraycopy(text, 0, bytes, at, text.length);
            at += text.length;
        }
        return Labels.ofEncoded(bytes);
    }
}
