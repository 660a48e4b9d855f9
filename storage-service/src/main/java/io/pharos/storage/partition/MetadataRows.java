package io.pharos.storage.partition;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/*
 * A row holds families one after the other, each four texts as uvarint length, UTF-8:
 *
 *   name | type | unit | help
 */
/// Metadata as they stand in partitions.
final class MetadataRows {
    /// Bytes after which a row ends.
    static final int ROW_BYTES = 16 << 10;

    private MetadataRows() {}

    static void write(ByteWriter out, String family, MetricMetadata of) {
        text(out, family);
        text(out, of.type().text());
        text(out, of.unit());
        text(out, of.help());
    }

    private static void text(ByteWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.uvarint(bytes.length);
        out.raw(bytes);
    }

    /// Reads a row.
    static void read(byte[] row, Map<String, MetricMetadata> into) {
        var in = new ByteReader(row);
        while (in.remaining() > 0) {
            String family = text(in);
            MetricType type = MetricType.of(text(in));
            String unit = text(in);
            into.put(family, new MetricMetadata(type, unit, text(in)));
        }
    }

    private static String text(ByteReader in) {
        return new String(in.raw(in.size(in.remaining())), StandardCharsets.UTF_8);
    }
}
