package io.pharos.model.chunk;

import io.pharos.model.sample.SampleBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Floats in Prometheus' XOR encoding (`tsdb/chunkenc/xor.go` of 3.14): what stands on the wire of remote read and in
/// blocks, and, without the two bytes of count, in the open chunks of a head.
///
/// ```
/// u16 count | varint t0 | 64 bits v0 | uvarint t1−t0 | xor | (delta of delta | xor)*        most significant bit first
/// ```
public final class XorChunk implements Chunk {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /// Bytes that [#decode(byte[], int, int, int, long[], double[], int)] may touch after the last byte of the stream.
    public static final int PADDING = 16;

    private final byte[] bytes;
    private final int count;
    private final long firstMs;
    private final long lastMs;

    private XorChunk(byte[] bytes, int count, long firstMs, long lastMs) {
        this.bytes = bytes;
        this.count = count;
        this.firstMs = firstMs;
        this.lastMs = lastMs;
    }

    /// Wraps a chunk as it came from outside; decodes it once to know its times.
    public static XorChunk of(byte[] bytes) {
        if (bytes.length < 2) {
            throw new CorruptChunkException("XOR chunk of " + bytes.length + " bytes");
        }
        int count = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        if (count == 0) {
            throw new CorruptChunkException("XOR chunk without samples");
        }
        var times = new long[count];
        decode(Arrays.copyOf(bytes, bytes.length + PADDING), 2, bytes.length, count, times, new double[count], 0);
        return new XorChunk(bytes, count, times[0], times[count - 1]);
    }

    /// Encodes `n` samples, 1 to 65535, in ascending time order.
    public static XorChunk encode(long[] times, double[] values, int from, int n) {
        if (n < 1 || n > 0xffff) {
            throw new IllegalArgumentException("an XOR chunk holds 1 to 65535 samples, not " + n);
        }
        var out = new BitWriter(32 + 2 * n);
        out.bits(n, 16);
        long t = times[from];
        long delta = 0;
        long bits = Double.doubleToRawLongBits(values[from]);
        out.varint(t);
        out.bits(bits, 64);
        var xor = new XorWindow();
        for (int i = 1; i < n; i++) {
            long nextDelta = times[from + i] - t;
            if (i == 1) {
                out.uvarint(nextDelta);
            } else {
                dod(out, nextDelta - delta);
            }
            delta = nextDelta;
            t = times[from + i];
            long next = Double.doubleToRawLongBits(values[from + i]);
            xor.write(out, next ^ bits);
            bits = next;
        }
        return new XorChunk(out.toBytes(), n, times[from], t);
    }

    private static void dod(BitWriter out, long dod) {
        if (dod == 0) {
            out.bits(0, 1);
        } else if (dod >= -8191 && dod <= 8192) {
            out.bits(0b10, 2);
            out.bits(dod, 14);
        } else if (dod >= -65535 && dod <= 65536) {
            out.bits(0b110, 3);
            out.bits(dod, 17);
        } else if (dod >= -524287 && dod <= 524288) {
            out.bits(0b1110, 4);
            out.bits(dod, 20);
        } else {
            out.bits(0b1111, 4);
            out.bits(dod, 64);
        }
    }

    /// Decodes the first `count` samples of a stream (without the count's two bytes) that begins at byte `from` of
    /// `bytes` and ends before byte `end` into `times` and `values` from `at` on. `bytes` must be [#PADDING] longer
    /// than `end`. Allocates nothing.
    public static void decode(byte[] bytes, int from, int end, int count, long[] times, double[] values, int at) {
        long limit = (long) end << 3;
        long bit = (long) from << 3;
        // first sample: byte-wise varint, raw bits
        long raw = 0;
        int p = from;
        for (int shift = 0; ; shift += 7) {
            if (p >= end || shift > 63) {
                throw new CorruptChunkException("XOR chunk ends in its first time");
            }
            byte b = bytes[p++];
            raw |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                break;
            }
        }
        long t = raw >>> 1 ^ -(raw & 1);
        long v = (long) LONG.get(bytes, p);
        bit = (long) p + 8 << 3;
        times[at] = t;
        values[at] = Double.longBitsToDouble(v);
        long delta = 0;
        int leading = 0;
        int trailing = 0;
        for (int i = 1; i < count; i++) {
            if (bit >= limit) {
                throw new CorruptChunkException("XOR chunk ends after " + i + " of " + count + " samples");
            }
            long word = (long) LONG.get(bytes, (int) (bit >>> 3)) << (bit & 7); // at least 57 bits
            if (i == 1) {
                long d = 0;
                for (int shift = 0; ; shift += 7) {
                    if (bit >= limit || shift > 63) {
                        throw new CorruptChunkException("XOR chunk ends in its second time");
                    }
                    long b = (long) LONG.get(bytes, (int) (bit >>> 3)) << (bit & 7) >>> 56;
                    bit += 8;
                    d |= (b & 0x7f) << shift;
                    if (b < 0x80) {
                        break;
                    }
                }
                delta = d;
                word = (long) LONG.get(bytes, (int) (bit >>> 3)) << (bit & 7);
            } else if (word >= 0) {
                bit += 1;
                word <<= 1;
            } else {
                int ones = Math.min(4, Long.numberOfLeadingZeros(~word));
                int width = ones == 1 ? 14 : ones == 2 ? 17 : 20;
                if (ones == 4) {
                    bit += 4;
                    long dod = long64(bytes, bit);
                    bit += 64;
                    delta += dod;
                } else {
                    long dod = word << ones + 1 >>> 64 - width;
                    if (dod > 1L << width - 1) {
                        dod -= 1L << width;
                    }
                    bit += ones + 1 + width;
                    delta += dod;
                }
                if (bit >= limit) {
                    throw new CorruptChunkException("XOR chunk ends after " + i + " of " + count + " samples");
                }
                word = (long) LONG.get(bytes, (int) (bit >>> 3)) << (bit & 7);
            }
            t += delta;
            times[at + i] = t;
            if (word >= 0) {
                bit += 1;
            } else {
                int head = 2;
                if (word << 1 < 0) {
                    leading = (int) (word << 2 >>> 59);
                    int significant = (int) (word << 7 >>> 58);
                    if (significant == 0) {
                        significant = 64;
                    }
                    trailing = 64 - leading - significant;
                    head = 13;
                    if (trailing < 0) {
                        throw new CorruptChunkException("XOR chunk with a window of more than 64 bits");
                    }
                }
                int n = 64 - leading - trailing;
                bit += head;
                long x = n <= 56 - head
                        ? word << head >>> 64 - n
                        : (n == 64 ? long64(bytes, bit) : long64(bytes, bit) >>> 64 - n);
                bit += n;
                v ^= x << trailing;
            }
            values[at + i] = Double.longBitsToDouble(v);
        }
        if (bit > limit) {
            throw new CorruptChunkException("XOR chunk ends inside its last sample");
        }
    }

    private static long long64(byte[] bytes, long bit) {
        int at = (int) (bit >>> 3);
        int shift = (int) (bit & 7);
        if (at + 9 > bytes.length) {
            throw new CorruptChunkException("XOR chunk ends inside a sample");
        }
        long word = (long) LONG.get(bytes, at) << shift;
        return shift == 0 ? word : word | (bytes[at + 8] & 0xffL) >>> 8 - shift;
    }

    @Override
    public ChunkEncoding encoding() {
        return ChunkEncoding.XOR;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long firstMs() {
        return firstMs;
    }

    @Override
    public long lastMs() {
        return lastMs;
    }

    @Override
    public int sizeBytes() {
        return bytes.length;
    }

    /// The chunk's bytes, count included; not to be changed.
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void decode(SampleBuffer into) {
        into.ensureFloats(count);
        decode(
                Arrays.copyOf(bytes, bytes.length + PADDING),
                2,
                bytes.length,
                count,
                into.times(),
                into.values(),
                into.floats());
        into.addedFloats(count);
    }
}
