package io.pharos.storage.head;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.storage.memory.ImageReader;
import io.pharos.storage.memory.ImageWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/*
 * An image of the head, little-endian:
 *
 *   "PHCP" | u32 version | u64 log segment to go on with | u64 oldest, newest time | u32 full chunks | u64 their bytes
 *   series records | slab | slots that were waiting to be freed | label index
 *   u32 n, bytes: last histograms, exemplars, metadata in the coding of the log | u32 CRC-32C
 */
/// Writes and reads images of a head.
final class Checkpoint {
    private static final int MAGIC = 0x50434850;
    private static final int VERSION = 1;

    private Checkpoint() {}

    static void write(Head head, ImageWriter out, long segment) throws IOException {
        out.u32(MAGIC);
        out.u32(VERSION);
        out.u64(segment);
        out.u64(head.minMs);
        out.u64(head.maxMs);
        out.u32(head.fullCount());
        out.u64(head.fullBytes());
        head.series.write(out);
        head.slab.write(out);
        int[] waiting = head.readers.waiting();
        out.u32(waiting.length);
        out.ints(waiting, waiting.length);
        head.index.write(out);
        ByteWriter rest = new ByteWriter(4096);
        rest.uvarint(head.sides().size());
        for (Map.Entry<Integer, SideSeries> side : head.sides().entrySet()) {
            var last = side.getValue().last;
            if (last == null) {
                throw new IllegalStateException("bug: a side series that was cut and remembers nothing");
            }
            rest.uvarint(side.getKey());
            LogRecords.histogram(rest, last);
        }
        rest.uvarint(head.exemplars.count());
        head.exemplars.forEach((series, exemplar) -> {
            LogRecords.labels(rest, series);
            LogRecords.exemplar(rest, exemplar);
        });
        LogRecords.metadata(rest, head.metadata);
        out.u32(rest.size());
        out.bytes(rest.array(), 0, rest.size());
    }

    static long read(Head head, ImageReader in) throws IOException {
        if (in.u32() != MAGIC) {
            throw new IOException("it is no checkpoint");
        }
        int version = in.u32();
        if (version != VERSION) {
            throw new IOException("it has the format version " + version + ", this program reads " + VERSION);
        }
        long segment = in.u64();
        head.minMs = in.u64();
        head.maxMs = in.u64();
        int chunks = in.u32();
        long bytes = in.u64();
        head.series.read(in);
        head.slab.read(in);
        int[] waiting = in.ints(in.count());
        head.index.read(in);
        byte[] rest = in.bytes(in.count());
        in.finish();
        head.restored(chunks, bytes);
        for (int slot : waiting) {
            head.slab.free(slot);
        }
        head.index.restore();
        var of = new ByteReader(rest);
        for (int n = of.size(rest.length); n > 0; n--) {
            var side = new SideSeries();
            int id = (int) of.uvarint();
            side.last = LogRecords.histogram(of);
            head.sides().put(id, side);
        }
        for (int n = of.size(rest.length); n > 0; n--) {
            var labels = LogRecords.labels(of);
            head.exemplars.add(labels, LogRecords.exemplar(of));
        }
        var metadata = new HashMap<String, io.pharos.model.sample.MetricMetadata>();
        LogRecords.metadata(of, metadata);
        head.metadata.putAll(metadata);
        return segment;
    }
}
