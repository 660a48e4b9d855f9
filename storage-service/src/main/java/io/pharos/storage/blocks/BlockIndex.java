package io.pharos.storage.blocks;

import io.pharos.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;

/*
 * magic u32 | version u8 | symbols | series, each at a multiple of 16 bytes | postings | offsets of postings | contents
 *
 *   symbols   u32 length | u32 n | (uvarint length, text)* | crc
 *   series    uvarint length | uvarint labels | (uvarint name, uvarint value)* | uvarint chunks | first chunk: varint first
 *             time, uvarint last − first, uvarint reference | others: uvarint first − last before, uvarint last − first,
 *             varint reference − that before | crc
 *   postings  u32 length | u32 n | u32 series (place / 16)* | crc      that of the empty name and value has all series
 *   contents  u64 symbols, series, label indices, their offsets, postings, offsets of postings | crc
 */
/// The index of a block, version 2.
final class BlockIndex {
    private static final int MAGIC = 0xBAAAD700;
    private static final int CONTENTS = 52;

    private final BlockFile file;
    private final int[] symbolAt;
    private final int[] series;

    /// What the index says of one series.
    static final class Entry {
        Labels labels = Labels.of();
        long[] chunks = new long[8];
        int chunkCount;
    }

    BlockIndex(Path path) {
        file = new BlockFile(path, MAGIC, 2);
        int contents = file.size() - CONTENTS;
        if (contents < 5) {
            throw file.broken("it has no table of contents");
        }
        file.check(contents, contents + 48L, "the table of contents");
        file.seek(contents);
        long symbols = file.u64();
        file.seek(contents + 40L);
        long offsets = file.u64();
        symbolAt = symbols(symbols);
        series = postings(allSeries(offsets));
    }

    private int[] symbols(long from) {
        file.seek(from);
        int length = file.u32();
        int begin = file.at();
        file.check(begin, begin + (length & 0xffffffffL), "the symbols");
        int n = file.u32();
        if (n < 0 || n > length) {
            throw file.broken(n + " symbols in " + length + " bytes");
        }
        var at = new int[n];
        for (int i = 0; i < n; i++) {
            at[i] = file.at();
            int text = file.length();
            file.seek((long) file.at() + text);
        }
        return at;
    }

    /// Where the postings of all series are.
    private long allSeries(long offsets) {
        file.seek(offsets);
        int length = file.u32();
        int begin = file.at();
        file.check(begin, begin + (length & 0xffffffffL), "the offsets of postings");
        for (int n = file.u32(); n > 0; n--) {
            if (file.uvarint() != 2) {
                throw file.broken("an entry of the offsets of postings that is no name and value");
            }
            int name = file.length();
            file.seek((long) file.at() + name);
            int value = file.length();
            file.seek((long) file.at() + value);
            long at = file.uvarint();
            if (name == 0 && value == 0) {
                return at;
            }
        }
        throw file.broken("no list of all series");
    }

    private int[] postings(long from) {
        file.seek(from);
        int length = file.u32();
        int begin = file.at();
        file.check(begin, begin + (length & 0xffffffffL), "the list of all series");
        int n = file.u32();
        if (n < 0 || n > length / 4) {
            throw file.broken(n + " series in " + length + " bytes");
        }
        var all = new int[n];
        for (int i = 0; i < n; i++) {
            all[i] = file.u32();
        }
        return all;
    }

    int size() {
        return series.length;
    }

    /// The number by which tombstones name a series.
    long reference(int i) {
        return series[i] & 0xffffffffL;
    }

    /// Reads a series; chunks as references into the segments.
    void read(int i, Entry into) {
        file.seek(16L * reference(i));
        int length = file.length();
        int begin = file.at();
        file.check(begin, (long) begin + length, "a series");
        int labels = file.length();
        var pairs = new TreeMap<String, String>();
        for (int k = 0; k < labels; k++) {
            long name = file.uvarint();
            long value = file.uvarint();
            int back = file.at();
            pairs.put(symbol(name), symbol(value));
            file.seek(back);
        }
        into.labels = Labels.of(pairs);
        int chunks = file.length();
        into.chunkCount = chunks;
        if (into.chunks.length < chunks) {
            into.chunks = new long[chunks];
        }
        long reference = 0;
        for (int k = 0; k < chunks; k++) {
            if (k == 0) {
                file.varint();
            } else {
                file.uvarint();
            }
            file.uvarint();
            reference = k == 0 ? file.uvarint() : reference + file.varint();
            into.chunks[k] = reference;
        }
        if (file.at() > begin + length) {
            throw file.broken("a series that is longer than it says, at byte " + begin);
        }
    }

    private String symbol(long number) {
        if (number < 0 || number >= symbolAt.length) {
            throw file.broken("symbol " + number + " of " + symbolAt.length);
        }
        file.seek(symbolAt[(int) number]);
        return new String(file.raw(file.length()), StandardCharsets.UTF_8);
    }
}
