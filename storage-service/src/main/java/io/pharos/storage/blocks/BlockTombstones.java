package io.pharos.storage.blocks;

import io.pharos.model.sample.TimeRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/*
 * magic u32 | version u8 | (uvarint series, varint first time, varint last time)* | crc of what is between
 */
/// What was deleted of a block and is still in it.
final class BlockTombstones {
    private static final int MAGIC = 0x0130BA30;

    private final Map<Long, List<TimeRange>> deleted = new HashMap<>();

    BlockTombstones(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        var file = new BlockFile(path, MAGIC, 1);
        int end = file.size() - 4;
        file.check(5, end, "the tombstones");
        while (file.at() < end) {
            long series = file.uvarint();
            long first = file.varint();
            deleted.computeIfAbsent(series, _ -> new ArrayList<>()).add(new TimeRange(first, file.varint()));
        }
    }

    List<TimeRange> of(long series) {
        return deleted.getOrDefault(series, List.of());
    }
}
