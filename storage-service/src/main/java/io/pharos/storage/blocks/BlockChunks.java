package io.pharos.storage.blocks;

import io.pharos.model.chunk.ChunkEncoding;
import io.pharos.model.chunk.CorruptChunkException;
import io.pharos.model.chunk.HistogramChunk;
import io.pharos.model.chunk.XorChunk;
import io.pharos.model.sample.SampleBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/*
 * A segment: magic u32 | version u8 | 3 bytes | (uvarint length | u8 encoding | bytes | crc of encoding and bytes)*
 * A reference is the place of the segment among all, sorted by name, in the high 32 bits, and that of the chunk in it.
 */
/// The segments of chunks of a block.
final class BlockChunks {
    private static final int MAGIC = 0x85BD40DD;

    private final List<BlockFile> segments = new ArrayList<>();

    BlockChunks(Path folder) {
        try (var files = Files.list(folder)) {
            files.filter(f -> f.getFileName().toString().matches("[0-9]+"))
                    .sorted()
                    .forEach(f -> segments.add(new BlockFile(f, MAGIC, 1)));
        } catch (IOException e) {
            throw new BlockException("cannot list the chunks in " + folder + ": " + e.getMessage());
        }
    }

    /// Appends the samples of a chunk.
    void read(long reference, SampleBuffer into) {
        int segment = (int) (reference >>> 32);
        if (segment < 0 || segment >= segments.size()) {
            throw new BlockException("segment " + segment + " of " + segments.size() + " is wanted");
        }
        BlockFile file = segments.get(segment);
        file.seek(reference & 0xffffffffL);
        int length = file.length();
        int begin = file.at();
        file.check(begin, begin + 1L + length, "a chunk");
        int encoding = file.u8();
        byte[] bytes = file.raw(length);
        try {
            if (encoding == ChunkEncoding.XOR.number()) {
                XorChunk.of(bytes).decode(into);
            } else if (encoding == ChunkEncoding.HISTOGRAM.number()) {
                HistogramChunk.of(bytes, ChunkEncoding.HISTOGRAM).decode(into);
            } else if (encoding == ChunkEncoding.FLOAT_HISTOGRAM.number()) {
                HistogramChunk.of(bytes, ChunkEncoding.FLOAT_HISTOGRAM).decode(into);
            } else {
                throw new BlockException(file.path() + " has a chunk of the encoding " + encoding
                        + ", which cannot be read; 1 (floats), 2 and 3 (histograms) can");
            }
        } catch (CorruptChunkException e) {
            throw file.broken("a chunk at byte " + begin + ": " + e.getMessage());
        }
    }
}
