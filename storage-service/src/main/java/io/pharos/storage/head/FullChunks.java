package io.pharos.storage.head;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.ChunkEncoding;
import io.pharos.model.chunk.DenseFloats;
import io.pharos.model.chunk.HistogramChunk;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.storage.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/*
 * A full chunk in its slot, little-endian as the machine is:
 *
 *   0 next older chunk (slot)  4 samples (u16)  6 kind (u8)  7 flags (u8)  8 first ms  16 last ms
 *   24 bytes of samples  28 bytes of start times  32 samples, start times
 */
/// Full chunks: immutable runs of samples that wait in the head until they are sealed.
final class FullChunks {
    static final int FLOATS = 0;
    static final int HISTOGRAMS = 1;
    static final int FLOAT_HISTOGRAMS = 2;

    /// Its samples may lie before those of older chunks.
    static final int OUT_OF_ORDER = 1;

    private static final int HEADER = 32;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final Slab slab;

    FullChunks(Slab slab) {
        this.slab = slab;
    }

    /// What one thread needs to decode.
    static final class Scratch {
        final DenseFloats dense = new DenseFloats();
        byte[] bytes = new byte[4096];
        int[] slots = new int[64];
        final long[] times = new long[DenseFloats.BLOCK];
        final double[] values = new double[DenseFloats.BLOCK];
        final long[] starts = new long[DenseFloats.BLOCK];
        private final ByteWriter out = new ByteWriter(1024);
        private final long[] checkTimes = new long[DenseFloats.BLOCK];
        private final double[] checkValues = new double[DenseFloats.BLOCK];

        byte[] bytes(int length) {
            if (bytes.length < length) {
                bytes = new byte[Math.max(length, bytes.length * 2)];
            }
            return bytes;
        }
    }

    static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    int add(
            int next,
            int count,
            int kind,
            int flags,
            long firstMs,
            long lastMs,
            byte[] samples,
            int length,
            byte @Nullable [] starts,
            int startsLength) {
        int slot = slab.allocate(HEADER + length + startsLength);
        MemorySegment memory = slab.segment(slot);
        long at = Slab.offset(slot);
        memory.set(INT, at, next);
        memory.set(ValueLayout.JAVA_SHORT, at + 4, (short) count);
        memory.set(ValueLayout.JAVA_BYTE, at + 6, (byte) kind);
        memory.set(ValueLayout.JAVA_BYTE, at + 7, (byte) flags);
        memory.set(LONG, at + 8, firstMs);
        memory.set(LONG, at + 16, lastMs);
        memory.set(INT, at + 24, length);
        memory.set(INT, at + 28, startsLength);
        MemorySegment.copy(samples, 0, memory, ValueLayout.JAVA_BYTE, at + HEADER, length);
        if (starts != null) {
            MemorySegment.copy(starts, 0, memory, ValueLayout.JAVA_BYTE, at + HEADER + length, startsLength);
        }
        return slot;
    }

    int next(int slot) {
        return slab.segment(slot).get(INT, Slab.offset(slot));
    }

    void next(int slot, int next) {
        slab.segment(slot).set(INT, Slab.offset(slot), next);
    }

    int count(int slot) {
        return slab.segment(slot).get(ValueLayout.JAVA_SHORT, Slab.offset(slot) + 4) & 0xffff;
    }

    int kind(int slot) {
        return slab.segment(slot).get(ValueLayout.JAVA_BYTE, Slab.offset(slot) + 6);
    }

    int flags(int slot) {
        return slab.segment(slot).get(ValueLayout.JAVA_BYTE, Slab.offset(slot) + 7);
    }

    long firstMs(int slot) {
        return slab.segment(slot).get(LONG, Slab.offset(slot) + 8);
    }

    long lastMs(int slot) {
        return slab.segment(slot).get(LONG, Slab.offset(slot) + 16);
    }

    /// Bytes of the slot that are used.
    int slotBytes(int slot) {
        return HEADER + sizeBytes(slot);
    }

    int sizeBytes(int slot) {
        return slab.segment(slot).get(INT, Slab.offset(slot) + 24)
                + slab.segment(slot).get(INT, Slab.offset(slot) + 28);
    }

    /// Appends all samples of a chunk.
    void decode(int slot, SampleBuffer into, Scratch scratch) {
        MemorySegment memory = slab.segment(slot);
        long at = Slab.offset(slot);
        int count = count(slot);
        int length = memory.get(INT, at + 24);
        int startsLength = memory.get(INT, at + 28);
        byte[] bytes = scratch.bytes(length + startsLength + DenseFloats.PADDING);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + HEADER, bytes, 0, length + startsLength);
        int kind = kind(slot);
        if (kind == FLOATS) {
            if (startsLength == 0) {
                into.ensureFloats(count);
                int to = into.floats();
                int values = scratch.dense.decodeTimes(bytes, 0, count, into.times(), to);
                scratch.dense.decodeValues(bytes, values, count, into.values(), to);
                into.addedFloats(count);
            } else {
                int values = scratch.dense.decodeTimes(bytes, 0, count, scratch.times, 0);
                scratch.dense.decodeValues(bytes, values, count, scratch.values, 0);
                scratch.dense.decodeTimes(bytes, length, count, scratch.starts, 0);
                for (int i = 0; i < count; i++) {
                    into.addFloat(scratch.times[i], scratch.values[i], scratch.starts[i]);
                }
            }
            return;
        }
        var own = new byte[length];
        System.arraycopy(bytes, 0, own, 0, length);
        var chunk = HistogramChunk.of(own, encoding(kind));
        if (startsLength == 0) {
            chunk.decode(into);
            return;
        }
        var alone = new SampleBuffer();
        chunk.decode(alone);
        scratch.dense.decodeTimes(bytes, length, count, scratch.starts, 0);
        for (int i = 0; i < count; i++) {
            into.addHistogram(alone.histogramTimes()[i], alone.histograms()[i], scratch.starts[i]);
            if (alone.hasIntegerCounts(i)) {
                into.lastHasIntegerCounts();
            }
        }
    }

    static ChunkEncoding encoding(int kind) {
        return kind == HISTOGRAMS ? ChunkEncoding.HISTOGRAM : ChunkEncoding.FLOAT_HISTOGRAM;
    }

    /// Codes floats densely, checks what it wrote, and adds the chunk.
    int addFloats(
            int next, long[] times, double[] values, long @Nullable [] starts, int n, int flags, Scratch scratch) {
        ByteWriter out = scratch.out;
        out.clear();
        scratch.dense.encodeTimes(times, 0, n, out);
        int valuesAt = out.size();
        scratch.dense.encodeValues(values, 0, n, out);
        int length = out.size();
        int startsLength = 0;
        if (starts != null) {
            scratch.dense.encodeTimes(starts, 0, n, out);
            startsLength = out.size() - length;
        }
        out.ensure(DenseFloats.PADDING);
        byte[] bytes = out.array();
        long[] checkTimes = scratch.checkTimes;
        double[] checkValues = scratch.checkValues;
        scratch.dense.decodeTimes(bytes, 0, n, checkTimes, 0);
        scratch.dense.decodeValues(bytes, valuesAt, n, checkValues, 0);
        for (int i = 0; i < n; i++) {
            if (checkTimes[i] != times[i]
                    || Double.doubleToRawLongBits(checkValues[i]) != Double.doubleToRawLongBits(values[i])) {
                throw new IllegalStateException("bug: sample " + i + " at " + times[i] + " ms of value "
                        + Double.doubleToRawLongBits(values[i]) + " decodes as " + checkTimes[i] + " ms, "
                        + Double.doubleToRawLongBits(checkValues[i]));
            }
        }
        int slot = add(next, n, FLOATS, flags, times[0], times[n - 1], bytes, length, null, 0);
        if (startsLength == 0) {
            return slot;
        }
        slab.free(slot);
        var of = new byte[startsLength];
        System.arraycopy(bytes, length, of, 0, startsLength);
        return add(next, n, FLOATS, flags, times[0], times[n - 1], bytes, length, of, startsLength);
    }
}
