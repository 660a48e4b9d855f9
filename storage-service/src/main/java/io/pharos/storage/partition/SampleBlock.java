package io.pharos.storage.partition;

import io.pharos.model.chunk.ByteReader;
import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.ChunkEncoding;
import io.pharos.model.chunk.DenseFloats;
import io.pharos.model.chunk.HistogramChunk;
import io.pharos.model.chunk.HistogramChunkWriter;
import io.pharos.model.chunk.IntegerCounts;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.Arrays;

/*
 * The samples of consecutive series over the partition's span. Series scraped together have equal times, which are
 * stored once:
 *
 *   uvarint series | uvarint time columns | (uvarint samples, uvarint bytes)* per column
 *   per series: uvarint column + 1 (0 no floats), uvarint bytes, flags (1 starts, 2 histograms, 4 leans on the one before)
 *   columns | per series: value blocks | starts | histograms
 *
 * The values of a series are blocks of 256; where there is more than one, the blocks' lengths stand before them, so that
 * a narrow range decodes one block.
 */
/// Writes and reads the blocks of a partition.
final class SampleBlock {
    static final int STARTS = 1;
    static final int HISTOGRAMS = 2;
    /// Some value blocks need the differences of the series before, which has the same times.
    static final int LEANS = 4;
    /// Series that may lean one on the other in a row, so that reading one does not mean reading many.
    private static final int CHAIN = 12;

    private SampleBlock() {}

    /// Collects series until the block is large enough.
    static final class Writer {
        private final DenseFloats dense = new DenseFloats();
        private long[][] columns = new long[4][]; // kept from block to block
        private int[] columnLengths = new int[4];
        private int columnCount;
        private final ByteWriter out = new ByteWriter(1 << 16);
        private final ByteWriter columnBytes = new ByteWriter(1024);
        private final ByteWriter columnHeads = new ByteWriter(256);
        private final ByteWriter heads = new ByteWriter(1024);
        private final ByteWriter body = new ByteWriter(1 << 16);
        private final ByteWriter blocks = new ByteWriter(1 << 13);
        private final ByteWriter lengths = new ByteWriter(64);
        private int series;
        private int before = -1; // column of the series before, −1 where nothing may lean on it
        private int chain;
        private long[][] differences = new long[4][];
        private boolean[] integral = new boolean[4];

        int series() {
            return series;
        }

        /// Whether the last series leans on the one before.
        boolean leans() {
            return chain > 0;
        }

        int sizeBytes() {
            return columnBytes.size() + heads.size() + body.size();
        }

        void add(SampleBuffer samples) {
            int flags = 0;
            int column = 0;
            int bodyAt = body.size();
            int n = samples.floats();
            if (n == 0) {
                before = -1;
            }
            if (n > 0) {
                column = column(samples.times(), n) + 1;
                blocks.clear();
                lengths.clear();
                boolean mayLean = column - 1 == before && chain < CHAIN;
                boolean leans = false;
                int count = (n + DenseFloats.BLOCK - 1) / DenseFloats.BLOCK;
                if (differences.length < count) {
                    differences = Arrays.copyOf(differences, count);
                    integral = Arrays.copyOf(integral, count);
                }
                for (int b = 0; b < count; b++) {
                    int from = b * DenseFloats.BLOCK;
                    int rows = Math.min(DenseFloats.BLOCK, n - from);
                    int at = blocks.size();
                    long[] of = differences[b];
                    if (of == null) {
                        of = new long[DenseFloats.BLOCK];
                        differences[b] = of;
                    }
                    leans |= dense.encodeValues(
                            samples.values(), from, rows, blocks, mayLean && integral[b] ? of : null);
                    integral[b] = dense.differences(of, rows);
                    if (b < count - 1) {
                        lengths.uvarint(blocks.size() - at);
                    }
                }
                before = column - 1;
                chain = leans ? chain + 1 : 0;
                if (leans) {
                    flags |= LEANS;
                }
                body.raw(lengths.array(), 0, lengths.size());
                body.raw(blocks.array(), 0, blocks.size());
                long[] starts = samples.starts();
                if (starts != null) {
                    flags |= STARTS;
                    dense.encodeTimes(starts, 0, n, body);
                }
            }
            if (samples.histogramCount() > 0) {
                flags |= HISTOGRAMS;
                histograms(samples);
            }
            heads.uvarint(column);
            heads.uvarint(body.size() - bodyAt);
            heads.u8(flags);
            series++;
        }

        private int column(long[] times, int n) {
            for (int i = columnCount - 1; i >= 0; i--) {
                if (Arrays.equals(columns[i], 0, columnLengths[i], times, 0, n)) {
                    return i;
                }
            }
            if (columnCount == columns.length) {
                columns = Arrays.copyOf(columns, columnCount * 2);
                columnLengths = Arrays.copyOf(columnLengths, columnCount * 2);
            }
            long[] into = columns[columnCount];
            if (into == null || into.length < n) {
                into = new long[n + (n >> 2)];
                columns[columnCount] = into;
            }
            System.arraycopy(times, 0, into, 0, n);
            columnLengths[columnCount] = n;
            int at = columnBytes.size();
            dense.encodeTimes(times, 0, n, columnBytes);
            columnHeads.uvarint(n);
            columnHeads.uvarint(columnBytes.size() - at);
            return columnCount++;
        }

        private void histograms(SampleBuffer samples) {
            var chunks = new ArrayList<HistogramChunk>();
            var starts = new ArrayList<long[]>();
            long[] all = samples.histogramStarts();
            int from = 0;
            while (from < samples.histogramCount()) {
                var writer = new HistogramChunkWriter(samples.histogramTimes()[from], IntegerCounts.of(samples, from));
                int to = from + 1;
                while (to < samples.histogramCount()
                        && writer.append(samples.histogramTimes()[to], IntegerCounts.of(samples, to))) {
                    to++;
                }
                chunks.add(writer.chunk());
                starts.add(all == null ? new long[0] : Arrays.copyOfRange(all, from, to));
                from = to;
            }
            body.uvarint(chunks.size());
            for (int i = 0; i < chunks.size(); i++) {
                HistogramChunk chunk = chunks.get(i);
                byte[] bytes = chunk.toBytes();
                body.u8(chunk.encoding().number() | (starts.get(i).length > 0 ? 0x80 : 0));
                body.varint(chunk.firstMs());
                body.uvarint(chunk.lastMs() - chunk.firstMs());
                body.uvarint(bytes.length);
                body.raw(bytes);
                if (starts.get(i).length > 0) {
                    var of = new ByteWriter(64);
                    dense.encodeTimes(starts.get(i), 0, starts.get(i).length, of);
                    body.uvarint(of.size());
                    body.raw(of.array(), 0, of.size());
                }
            }
        }

        /// The block, to be used before the next one ends; the writer is empty afterwards.
        ByteWriter finish() {
            out.clear();
            out.uvarint(series);
            out.uvarint(columnCount);
            out.raw(columnHeads.array(), 0, columnHeads.size());
            out.raw(heads.array(), 0, heads.size());
            out.raw(columnBytes.array(), 0, columnBytes.size());
            out.raw(body.array(), 0, body.size());
            columnCount = 0;
            columnBytes.clear();
            columnHeads.clear();
            heads.clear();
            body.clear();
            series = 0;
            before = -1;
            chain = 0;
            return out;
        }
    }

    /// One block at a time, parsed; kept by a thread from series to series.
    static final class Reader {
        private final DenseFloats dense = new DenseFloats();
        private final double[] values = new double[DenseFloats.BLOCK];
        byte[] bytes = new byte[64 << 10];
        int length;
        /// What is loaded: whose block, and which.
        @org.jspecify.annotations.Nullable
        Object owner;

        int block = -1;
        private int series;
        private int[] column = new int[64];
        private int[] offset = new int[64];
        private byte[] flags = new byte[64];
        private int columns;
        private int[] columnCount = new int[4];
        private int[] columnOffset = new int[4];
        private long[][] columnTimes = new long[4][];
        private boolean[] columnDecoded = new boolean[4];
        // per value block: the differences of one series, which the next may lean on
        private long[][] differences = new long[4][];
        private int[] differencesOf = new int[4];
        private final double[] unused = new double[DenseFloats.BLOCK];

        /// Parses the directory of `bytes[0, length)`.
        void parse() {
            var in = new ByteReader(bytes, 0, length);
            series = in.size(1 << 20);
            columns = in.size(1 << 20);
            if (columnCount.length < columns) {
                columnCount = new int[columns];
                columnOffset = new int[columns];
                columnTimes = Arrays.copyOf(columnTimes, columns);
                columnDecoded = new boolean[columns];
            }
            if (column.length < series) {
                column = new int[series];
                offset = new int[series + 1];
                flags = new byte[series];
            }
            if (offset.length < series + 1) {
                offset = new int[series + 1];
            }
            for (int i = 0; i < columns; i++) {
                columnCount[i] = in.size(1 << 28);
                columnOffset[i] = in.size(length);
                // a block of 256 times takes two bytes at least
                if (columnCount[i] == 0 || columnCount[i] > 2 + 128L * columnOffset[i]) {
                    throw new io.pharos.model.chunk.CorruptChunkException(
                            columnCount[i] + " times in " + columnOffset[i] + " bytes");
                }
                columnDecoded[i] = false;
            }
            for (int i = 0; i < series; i++) {
                column[i] = in.size(columns) - 1;
                offset[i + 1] = in.size(length);
                flags[i] = (byte) in.u8();
            }
            int at = in.at();
            for (int i = 0; i < columns; i++) {
                int size = columnOffset[i];
                columnOffset[i] = at;
                at += size;
            }
            offset[0] = at;
            for (int i = 0; i < series; i++) {
                offset[i + 1] += offset[i];
            }
            Arrays.fill(differencesOf, -1);
            if (offset[series] != length) {
                throw new io.pharos.model.chunk.CorruptChunkException(
                        "block of " + length + " bytes whose directory says " + offset[series]);
            }
        }

        private long[] times(int c) {
            long[] times = columnTimes[c];
            if (!columnDecoded[c]) {
                if (times == null || times.length < columnCount[c]) {
                    times = new long[columnCount[c]];
                    columnTimes[c] = times;
                }
                dense.decodeTimes(bytes, columnOffset[c], columnCount[c], times, 0);
                columnDecoded[c] = true;
            }
            return times;
        }

        /// Series of the block.
        int count() {
            return series;
        }

        /// Appends the samples of the `k`-th series of the block with `afterMs < time ≤ toMs`.
        void read(int k, long afterMs, long toMs, SampleBuffer into) {
            try {
                readSeries(k, afterMs, toMs, into);
            } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
                throw new io.pharos.model.chunk.CorruptChunkException(
                        "series " + k + " of a block cannot be read: " + e.getMessage());
            }
        }

        private void readSeries(int k, long afterMs, long toMs, SampleBuffer into) {
            int at = offset[k];
            int c = column[k];
            if (c >= 0) {
                int n = columnCount[c];
                long[] times = times(c);
                int lo = firstAfter(times, n, afterMs);
                int hi = firstAfter(times, n, toMs);
                boolean more = (flags[k] & (STARTS | HISTOGRAMS)) != 0;
                if (lo < hi || more) {
                    at = readFloats(k, n, lo, hi, times, into, more);
                }
                if ((flags[k] & STARTS) != 0) {
                    var starts = new long[n];
                    at = dense.decodeTimes(bytes, at, n, starts, 0);
                    int first = into.floats() - (hi - lo);
                    int rows = hi - lo;
                    double[] kept = Arrays.copyOfRange(into.values(), first, first + rows);
                    into.truncate(first, into.histogramCount());
                    for (int i = 0; i < rows; i++) {
                        into.addFloat(times[lo + i], kept[i], starts[lo + i]);
                    }
                }
            }
            if ((flags[k] & HISTOGRAMS) != 0) {
                readHistograms(at, offset[k + 1], afterMs, toMs, into);
            }
        }

        /// Appends the newest float with `afterMs < time ≤ toMs`; false where the series has histograms, too.
        boolean latest(int k, long afterMs, long toMs, SampleBuffer into) {
            if ((flags[k] & (STARTS | HISTOGRAMS)) != 0) {
                return false;
            }
            int c = column[k];
            if (c >= 0) {
                int n = columnCount[c];
                long[] times = times(c);
                int hi = firstAfter(times, n, toMs);
                if (hi > 0 && times[hi - 1] > afterMs) {
                    readFloats(k, n, hi - 1, hi, times, into, false);
                }
            }
            return true;
        }

        private int readFloats(int k, int n, int lo, int hi, long[] times, SampleBuffer into, boolean toEnd) {
            int blockCount = (n + DenseFloats.BLOCK - 1) / DenseFloats.BLOCK;
            int firstBlock = lo / DenseFloats.BLOCK;
            int at = blockAt(k, blockCount, firstBlock);
            int rows = hi - lo;
            into.ensureFloats(rows + DenseFloats.BLOCK);
            int to = into.floats();
            for (int b = firstBlock; b < blockCount; b++) {
                int begin = b * DenseFloats.BLOCK;
                if (begin >= hi && !toEnd) {
                    break;
                }
                int count = Math.min(DenseFloats.BLOCK, n - begin);
                if (begin >= lo && begin + count <= hi) {
                    at = decode(k, b, at, count, into.values(), to + begin - lo);
                } else {
                    at = decode(k, b, at, count, values, 0);
                    int a = Math.max(lo, begin);
                    int z = Math.min(hi, begin + count);
                    if (a < z) {
                        System.arraycopy(values, a - begin, into.values(), to + a - lo, z - a);
                    }
                }
            }
            if (rows > 0) {
                System.arraycopy(times, lo, into.times(), to, rows);
                into.addedFloats(rows);
            }
            return at;
        }

        /// Where a value block of a series begins.
        private int blockAt(int k, int blockCount, int block) {
            int at = offset[k];
            int skip = 0;
            for (int b = 0; b < blockCount - 1; b++) {
                int size = 0;
                for (int shift = 0; ; shift += 7) {
                    byte next = bytes[at++];
                    size |= (next & 0x7f) << shift;
                    if (next >= 0) {
                        break;
                    }
                }
                if (b < block) {
                    skip += size;
                }
            }
            return at + skip;
        }

        private int decode(int k, int block, int at, int count, double[] into, int to) {
            long[] neighbour = null;
            if ((flags[k] & LEANS) != 0 && DenseFloats.leans(bytes, at)) {
                neighbour = differences(k - 1, block, count);
            }
            int end = dense.decodeValues(bytes, at, count, into, to, neighbour);
            if (k + 1 < series && (flags[k + 1] & LEANS) != 0) {
                keep(k, block, count);
            }
            return end;
        }

        private void keep(int k, int block, int count) {
            if (block >= differences.length) {
                int known = differencesOf.length;
                differences = Arrays.copyOf(differences, block * 2);
                differencesOf = Arrays.copyOf(differencesOf, block * 2);
                Arrays.fill(differencesOf, known, differencesOf.length, -1);
            }
            long[] of = differences[block];
            if (of == null) {
                of = new long[DenseFloats.BLOCK];
                differences[block] = of;
            }
            differencesOf[block] = dense.differences(of, count) ? k : -1;
        }

        /// The differences of a block of a series, decoded unless the series was the last one read.
        private long[] differences(int k, int block, int count) {
            if (k < 0) {
                throw new io.pharos.model.chunk.CorruptChunkException("the first series of a block leans on another");
            }
            if (block >= differencesOf.length || differencesOf[block] != k) {
                int blockCount = (columnCount[column[k]] + DenseFloats.BLOCK - 1) / DenseFloats.BLOCK;
                decode(k, block, blockAt(k, blockCount, block), count, unused, 0);
                if (block >= differencesOf.length || differencesOf[block] != k) {
                    throw new io.pharos.model.chunk.CorruptChunkException("a series leans on one without differences");
                }
            }
            long[] of = differences[block];
            if (of == null) {
                throw new IllegalStateException("bug: differences that are not there");
            }
            return of;
        }

        private void readHistograms(int from, int end, long afterMs, long toMs, SampleBuffer into) {
            var in = new ByteReader(bytes, from, end);
            for (int n = in.size(end); n > 0; n--) {
                int kind = in.u8();
                long first = in.varint();
                long last = first + in.uvarint();
                byte[] of = in.raw(in.size(in.remaining()));
                byte[] startBytes = (kind & 0x80) != 0 ? in.raw(in.size(in.remaining())) : new byte[0];
                if (last <= afterMs || first > toMs) {
                    continue;
                }
                ChunkEncoding encoding = (kind & 0x7f) == ChunkEncoding.HISTOGRAM.number()
                        ? ChunkEncoding.HISTOGRAM
                        : ChunkEncoding.FLOAT_HISTOGRAM;
                HistogramChunk chunk = HistogramChunk.of(of, encoding);
                var alone = new SampleBuffer();
                chunk.decode(alone);
                var starts = new long[chunk.count()];
                if (startBytes.length > 0) {
                    dense.decodeTimes(
                            Arrays.copyOf(startBytes, startBytes.length + DenseFloats.PADDING),
                            0,
                            starts.length,
                            starts,
                            0);
                }
                for (int i = 0; i < starts.length; i++) {
                    long ms = alone.histogramTimes()[i];
                    if (ms > afterMs && ms <= toMs) {
                        FloatHistogram histogram = alone.histograms()[i];
                        into.addHistogram(ms, histogram, starts[i]);
                        if (alone.hasIntegerCounts(i)) {
                            into.lastHasIntegerCounts();
                        }
                    }
                }
            }
        }

        private static int firstAfter(long[] times, int n, long ms) {
            int low = 0;
            int high = n;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (times[middle] <= ms) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
