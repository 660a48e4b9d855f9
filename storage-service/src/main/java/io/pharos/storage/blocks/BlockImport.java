package io.pharos.storage.blocks;

import io.pharos.model.chunk.IntegerCounts;
import io.pharos.model.labels.Labels;
import io.pharos.model.port.SampleBatch;
import io.pharos.model.port.SampleSink.Appended;
import io.pharos.model.port.SampleSink.Rejected;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Takes over the samples of blocks of Prometheus' TSDB, of any age that the store keeps. Blocks are read only. What a
/// Prometheus has not cut into a block yet, its write-ahead log, is not looked at: a snapshot has it as a block.
public final class BlockImport {
    private static final int BATCH_ROWS = 5000;

    private final Function<SampleBatch, Appended> sink;
    private final SampleBatch batch = new SampleBatch();
    private final List<Labels> rows = new ArrayList<>();
    private long series;
    private long stored;
    private long rejected;
    private String firstRejection = "";

    /// What became of blocks: how many there were, their series, samples stored and rejected, and `""` or why the first
    /// was.
    public record Outcome(int blocks, long series, long stored, long rejected, String firstRejection) {}

    public BlockImport(Function<SampleBatch, Appended> sink) {
        this.sink = sink;
        batch.reset(rows::get);
    }

    /// Stores the samples of a block, or of all blocks in a folder, by name, which is by age.
    ///
    /// @throws BlockException where there is no block, or one cannot be read; what came before it stays stored
    public Outcome load(Path folder) {
        List<Path> blocks = blocks(folder);
        if (blocks.isEmpty()) {
            throw new BlockException("there is no block of Prometheus in " + folder
                    + ": none of its folders has a file `index` and a folder `chunks`");
        }
        for (Path block : blocks) {
            try {
                block(block);
            } catch (BlockException e) {
                throw new BlockException(e.getMessage() + "; " + stored + " samples before it were stored");
            }
        }
        return new Outcome(blocks.size(), series, stored, rejected, firstRejection);
    }

    private static boolean isBlock(Path folder) {
        return Files.isRegularFile(folder.resolve("index")) && Files.isDirectory(folder.resolve("chunks"));
    }

    private static List<Path> blocks(Path folder) {
        if (isBlock(folder)) {
            return List.of(folder);
        }
        if (!Files.isDirectory(folder)) {
            throw new BlockException(folder + " is no folder");
        }
        try (var files = Files.list(folder)) {
            return files.filter(BlockImport::isBlock).sorted().toList();
        } catch (IOException e) {
            throw new BlockException("cannot list " + folder + ": " + e.getMessage());
        }
    }

    private void block(Path folder) {
        var index = new BlockIndex(folder.resolve("index"));
        var chunks = new BlockChunks(folder.resolve("chunks"));
        var tombstones = new BlockTombstones(folder.resolve("tombstones"));
        var entry = new BlockIndex.Entry();
        var samples = new SampleBuffer();
        for (int i = 0; i < index.size(); i++) {
            index.read(i, entry);
            series++;
            List<TimeRange> deleted = tombstones.of(index.reference(i));
            for (int k = 0; k < entry.chunkCount; k++) {
                samples.clear();
                chunks.read(entry.chunks[k], samples);
                add(entry.labels, samples, deleted);
            }
        }
        store();
    }

    private void add(Labels labels, SampleBuffer samples, List<TimeRange> deleted) {
        for (int i = 0; i < samples.floats(); i++) {
            long ms = samples.times()[i];
            if (!isIn(deleted, ms)) {
                rows.add(labels);
                batch.addFloat(0, ms, samples.values()[i]);
            }
        }
        for (int i = 0; i < samples.histogramCount(); i++) {
            long ms = samples.histogramTimes()[i];
            if (!isIn(deleted, ms)) {
                rows.add(labels);
                batch.addHistogram(0, ms, IntegerCounts.of(samples, i));
            }
        }
        if (batch.size() >= BATCH_ROWS) {
            store();
        }
    }

    private static boolean isIn(List<TimeRange> ranges, long ms) {
        for (TimeRange range : ranges) {
            if (range.contains(ms)) {
                return true;
            }
        }
        return false;
    }

    private void store() {
        if (batch.size() == 0) {
            return;
        }
        Appended appended = sink.apply(batch);
        stored += appended.stored();
        for (Rejected of : appended.rejected()) {
            rejected += of.count();
            if (firstRejection.isEmpty()) {
                firstRejection = of.firstSeries() + " at " + of.firstMs() + " ms: " + of.text();
            }
        }
        rows.clear();
        batch.reset(rows::get);
    }
}
