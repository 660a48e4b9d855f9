package io.pharos.model.chunk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Most values a monitoring system sees are short decimals: 17, 0.25, 1234.5. Such a double is the quotient of an integer
 * and a power of ten, exactly: v = l / 10^e, and dividing gives the same bits back, since both operands are exact and
 * division rounds once. So a block of up to 256 values becomes integers under one exponent, the integers become
 * themselves, differences or differences of differences, whichever packs smallest, a common divisor is taken out, and
 * what is left is bit-packed (LongBlock).
 *
 *   0.25 0.5 0.75 1.5   →  e = 2: 25 50 75 150  →  25; +25 +25 +75  →  divisor 25: frame 1, 2 bits
 *
 * A neighbour may predict: the buckets of a histogram grow together, so the differences of one bucket less a multiple of
 * those of the bucket before it are small. Such a block (order 3) can only be decoded with its neighbour's differences.
 *
 * Values that no exponent fits (NaN with its payload, −0, infinities, the stale marker) are exceptions, written raw, as
 * long as they are few; a block with many is XOR-coded instead.
 *
 *   mode byte: bits 0–1 kind (0 raw constant, 1 integers, 2 XOR, 3 raw); for integers bits 2–3 order of differences,
 *   bit 4 divisor present, bit 5 exceptions present
 *   integers: e | [count, (index, 8 bytes)*] | [uvarint divisor] | [varint factor (order 3)]
 *             | first value (order 1 to 3), first difference (order 2) | LongBlock
 *
 * Times are one column: varint first, varint first difference, differences of differences in LongBlocks. Regular times
 * cost 2 bytes a block.
 *
 * Encoding is lossless for every bit pattern; encoders are checked by the caller against what decodes.
 */
/// The dense coding of times and values of sealed floats: block by block, decoded block by block. An instance holds the
/// scratch of one thread.
public final class DenseFloats {
    /// Values in a block, except the last.
    public static final int BLOCK = LongBlock.MAX;
    /// Bytes that decoding may touch after the end of what was encoded.
    public static final int PADDING = 16;

    private static final int CONSTANT = 0;
    private static final int INTEGERS = 1;
    private static final int XOR = 2;
    private static final int RAW = 3;
    private static final int MAX_EXPONENT = 15;
    private static final int MAX_EXCEPTIONS = 12;
    private static final double LARGEST = 9.007199254740992E15; // 2^53
    private static final double[] POWER = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private final long[] integers = new long[BLOCK];
    private final long[] first = new long[BLOCK];
    private final long[] second = new long[BLOCK];
    private final int[] exceptions = new int[MAX_EXCEPTIONS];
    private final int[] lengths = new int[LongBlock.SCRATCH];
    private final long[] residuals = new long[BLOCK];
    private boolean integral;

    /// Encodes `n` times from `from` on, ascending.
    public void encodeTimes(long[] times, int from, int n, ByteWriter out) {
        out.varint(times[from]);
        if (n == 1) {
            return;
        }
        long delta = times[from + 1] - times[from];
        out.varint(delta);
        for (int i = 2; i < n; i += BLOCK) {
            int length = Math.min(BLOCK, n - i);
            for (int k = 0; k < length; k++) {
                long next = times[from + i + k] - times[from + i + k - 1];
                first[k] = next - delta;
                delta = next;
            }
            LongBlock.pack(first, 0, length, out, lengths);
        }
    }

    /// Decodes `n` times into `times` from `to` on and returns where the column ends.
    public int decodeTimes(byte[] in, int from, int n, long[] times, int to) {
        try {
            int at = from;
            long raw = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in[at++];
                raw |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            long t = raw >>> 1 ^ -(raw & 1);
            times[to] = t;
            if (n == 1) {
                return at;
            }
            raw = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in[at++];
                raw |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            long delta = raw >>> 1 ^ -(raw & 1);
            t += delta;
            times[to + 1] = t;
            for (int i = 2; i < n; i += BLOCK) {
                int length = Math.min(BLOCK, n - i);
                at = LongBlock.unpack(in, at, length, first, 0);
                for (int k = 0; k < length; k++) {
                    delta += first[k];
                    t += delta;
                    times[to + i + k] = t;
                }
            }
            return at;
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptChunkException("times end early: " + e.getMessage());
        }
    }

    /// Encodes one block of `n` values, 1 to [#BLOCK], by itself.
    public void encodeValues(double[] values, int from, int n, ByteWriter out) {
        encodeValues(values, from, n, out, null);
    }

    /// Encodes one block, which may lean on the differences of the neighbour's block of equally many values. Answers
    /// whether it does.
    public boolean encodeValues(double[] values, int from, int n, ByteWriter out, long @Nullable [] neighbour) {
        integral = false;
        long firstBits = Double.doubleToRawLongBits(values[from]);
        boolean constant = true;
        for (int i = from + 1; i < from + n && constant; i++) {
            constant = Double.doubleToRawLongBits(values[i]) == firstBits;
        }
        int exponent = scale(values, from, n);
        if (exponent < 0) {
            if (constant) {
                out.u8(CONSTANT);
                out.u64(firstBits);
            } else {
                encodeXor(values, from, n, out);
            }
            return false;
        }
        integral = true;
        return encodeIntegers(values, from, n, exponent & 0xff, exponent >>> 8, out, neighbour);
    }

    /// Copies the differences of the block of `n` values that was encoded or decoded last, so that the next series may
    /// lean on them; false where it has none, not being integers.
    public boolean differences(long[] into, int n) {
        if (integral) {
            for (int i = 1; i < n; i++) {
                into[i - 1] = integers[i] - integers[i - 1];
            }
        }
        return integral;
    }

    /// Whether the block at `from` can only be decoded with its neighbour's differences.
    public static boolean leans(byte[] in, int from) {
        return (in[from] & 15) == (INTEGERS | 3 << 2);
    }

    /// Fills [#integers] and returns `exceptions << 8 | exponent`, or −1 where integers do not fit.
    private int scale(double[] values, int from, int n) {
        int exponent = 0;
        int found = 0;
        int whole = whole(values, from, n);
        for (int i = whole; i < n; i++) {
            double v = values[from + i];
            long bits = Double.doubleToRawLongBits(v);
            boolean fits = false;
            if (Math.abs(v) <= LARGEST && bits != Long.MIN_VALUE) {
                for (int e = exponent; e <= MAX_EXPONENT; e++) {
                    double scaled = v * POWER[e];
                    if (Math.abs(scaled) > LARGEST) {
                        break;
                    }
                    long l = Math.round(scaled);
                    if (Double.doubleToRawLongBits(l / POWER[e]) == bits) {
                        if (e > exponent) {
                            if (!widen(i, exponent, e)) {
                                break;
                            }
                            exponent = e;
                        }
                        integers[i] = l;
                        fits = true;
                        break;
                    }
                }
            }
            if (!fits) {
                if (found == MAX_EXCEPTIONS || found > n >>> 3) {
                    return -1;
                }
                exceptions[found++] = i;
                integers[i] = i == 0 ? 0 : integers[i - 1];
            }
        }
        if (found > 0 && exceptions[0] == 0) {
            int k = 0;
            while (k < found && exceptions[k] == k) {
                k++;
            }
            if (k < n) {
                Arrays.fill(integers, 0, k, integers[k]);
            }
        }
        return found << 8 | exponent;
    }

    /// Fills [#integers] with the whole numbers at the beginning, and answers how many there are.
    private int whole(double[] values, int from, int n) {
        for (int i = 0; i < n; i++) {
            double v = values[from + i];
            long l = (long) v;
            if (Double.doubleToRawLongBits(l) != Double.doubleToRawLongBits(v) || Math.abs(v) > LARGEST) {
                return i;
            }
            integers[i] = l;
        }
        return n;
    }

    /// Brings the integers before `end` from one exponent to a larger one; false where one grows too large.
    private boolean widen(int end, int exponent, int to) {
        long factor = (long) POWER[to - exponent];
        long most = (1L << 53) / factor;
        for (int i = 0; i < end; i++) {
            if (Math.abs(integers[i]) > most) {
                return false;
            }
        }
        for (int i = 0; i < end; i++) {
            integers[i] *= factor;
        }
        return true;
    }

    private boolean encodeIntegers(
            double[] values,
            int from,
            int n,
            int exponent,
            int exceptionCount,
            ByteWriter out,
            long @Nullable [] neighbour) {
        for (int i = 1; i < n; i++) {
            first[i - 1] = integers[i] - integers[i - 1];
        }
        for (int i = 1; i < n - 1; i++) {
            second[i - 1] = first[i] - first[i - 1];
        }
        int order = 0;
        int best = 0;
        int plan = 0;
        // one place that asks for the cost: the JIT takes the whole of it into each
        for (int o = 0; o < 3 && o < n && (o < 2 || best > 4); o++) {
            int of = LongBlock.plan(column(o), 0, n - o, lengths);
            int cost = (of >>> 8) + (o == 2 ? 2 : 0);
            if (o == 0 || cost < best) {
                best = cost;
                order = o;
                plan = of;
            }
        }
        long factor = neighbour != null && n > 8 && best > 8 ? factor(neighbour, n, best) : 0;
        if (neighbour != null && factor != 0) {
            lean(values, from, n, exponent, exceptionCount, neighbour, factor, out);
            LongBlock.pack(residuals, 0, n - 1, out, lengths);
            return true;
        }
        long[] column = column(order);
        int length = n - order;
        long divisor = divisor(column, length);
        out.u8(INTEGERS | order << 2 | (divisor > 1 ? 0x10 : 0) | (exceptionCount > 0 ? 0x20 : 0));
        out.u8(exponent);
        exceptions(values, from, exceptionCount, out);
        long head = integers[0];
        if (divisor > 1) {
            out.uvarint(divisor);
            for (int i = 0; i < length; i++) {
                residuals[i] = column[i] / divisor;
            }
            column = residuals;
            plan = LongBlock.plan(column, 0, length, lengths);
        }
        if (order > 0) {
            out.varint(head);
        }
        if (order == 2) {
            out.varint(integers[1] - integers[0]);
        }
        LongBlock.pack(column, 0, length, plan, out);
        return false;
    }

    /// The multiple of the neighbour's differences that leaves the least, 0 where none leaves less than `best` bytes.
    private long factor(long[] neighbour, int n, int best) {
        long own = 0;
        long others = 0;
        for (int i = 0; i < n - 1; i++) {
            own += first[i];
            others += neighbour[i];
        }
        long ratio = others == 0 ? 1 : Math.round((double) own / others);
        long factor = 0;
        int least = best - 2;
        for (long candidate = 1; ; candidate = ratio) {
            if (candidate != 0 && Math.abs(candidate) < 1L << 20) {
                residuals(neighbour, n, candidate);
                int cost = LongBlock.plan(residuals, 0, n - 1, lengths) >>> 8;
                if (cost < least) {
                    least = cost;
                    factor = candidate;
                }
            }
            if (candidate == ratio) {
                return factor;
            }
        }
    }

    private void residuals(long[] neighbour, int n, long factor) {
        for (int i = 0; i < n - 1; i++) {
            residuals[i] = first[i] - factor * neighbour[i];
        }
    }

    private void lean(
            double[] values,
            int from,
            int n,
            int exponent,
            int exceptionCount,
            long[] neighbour,
            long factor,
            ByteWriter out) {
        out.u8(INTEGERS | 3 << 2 | (exceptionCount > 0 ? 0x20 : 0));
        out.u8(exponent);
        exceptions(values, from, exceptionCount, out);
        out.varint(factor);
        out.varint(integers[0]);
        residuals(neighbour, n, factor);
    }

    private long[] column(int order) {
        return order == 0 ? integers : order == 1 ? first : second;
    }

    private void exceptions(double[] values, int from, int exceptionCount, ByteWriter out) {
        if (exceptionCount > 0) {
            out.u8(exceptionCount);
            for (int i = 0; i < exceptionCount; i++) {
                out.u8(exceptions[i]);
                out.u64(Double.doubleToRawLongBits(values[from + exceptions[i]]));
            }
        }
    }

    /// The greatest common divisor of the column, 1 where it is not worth its bytes.
    private static long divisor(long[] column, int n) {
        long g = 0;
        for (int i = 0; i < n; i++) {
            long a = Math.abs(column[i]);
            while (a != 0) {
                long rest = g % a;
                g = a;
                a = rest;
            }
            if (g == 1) {
                return 1;
            }
        }
        return g < 2 || n < 2 ? 1 : g;
    }

    private void encodeXor(double[] values, int from, int n, ByteWriter out) {
        var bits = new BitWriter(8 * n);
        var window = new XorWindow();
        long last = Double.doubleToRawLongBits(values[from]);
        bits.bits(last, 64);
        for (int i = from + 1; i < from + n; i++) {
            long next = Double.doubleToRawLongBits(values[i]);
            window.write(bits, next ^ last);
            last = next;
        }
        int size = bits.sizeBytes();
        if (size + 2 >= 8 * n) {
            out.u8(RAW);
            for (int i = from; i < from + n; i++) {
                out.u64(Double.doubleToRawLongBits(values[i]));
            }
            return;
        }
        out.u8(XOR);
        out.uvarint(size);
        out.raw(bits.array(), 0, size);
    }

    /// Decodes one block of `n` values into `values` from `to` on and returns where it ends. `in` must be readable
    /// [#PADDING] bytes past the end of the block.
    public int decodeValues(byte[] in, int from, int n, double[] values, int to) {
        return decodeValues(in, from, n, values, to, null);
    }

    /// Decodes one block that may lean on its neighbour's differences.
    public int decodeValues(byte[] in, int from, int n, double[] values, int to, long @Nullable [] neighbour) {
        integral = false;
        try {
            int mode = in[from];
            return switch (mode & 3) {
                case CONSTANT -> {
                    Arrays.fill(values, to, to + n, Double.longBitsToDouble(u64(in, from + 1)));
                    yield from + 9;
                }
                case INTEGERS -> decodeIntegers(in, from + 1, mode, n, values, to, neighbour);
                case XOR -> decodeXor(in, from + 1, n, values, to);
                default -> {
                    for (int i = 0; i < n; i++) {
                        values[to + i] = Double.longBitsToDouble(u64(in, from + 1 + 8 * i));
                    }
                    yield from + 1 + 8 * n;
                }
            };
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptChunkException("values end early: " + e.getMessage());
        }
    }

    private int decodeIntegers(
            byte[] in, int from, int mode, int n, double[] values, int to, long @Nullable [] neighbour) {
        int at = from;
        int exponent = in[at++];
        if (exponent < 0 || exponent > MAX_EXPONENT || n > BLOCK) {
            throw new CorruptChunkException("exponent " + exponent + " in a block of " + n + " values");
        }
        int exceptionCount = 0;
        int exceptionsAt = 0;
        if ((mode & 0x20) != 0) {
            exceptionCount = in[at++] & 0xff;
            exceptionsAt = at;
            at += 9 * exceptionCount;
        }
        var in2 = new Cursor(at);
        long divisor = (mode & 0x10) != 0 ? in2.uvarint(in) : 1;
        int order = mode >>> 2 & 3;
        if (order == 2 && n < 2) {
            throw new CorruptChunkException("differences of differences in a block of " + n + " values");
        }
        long[] x = integers;
        if (order == 0) {
            at = LongBlock.unpack(in, in2.at, n, x, 0);
            if (divisor != 1) {
                for (int i = 0; i < n; i++) {
                    x[i] *= divisor;
                }
            }
        } else if (order == 1) {
            long v = in2.varint(in);
            at = LongBlock.unpack(in, in2.at, n - 1, x, 1);
            x[0] = v;
            if (divisor == 1) {
                for (int i = 1; i < n; i++) {
                    v += x[i];
                    x[i] = v;
                }
            } else {
                for (int i = 1; i < n; i++) {
                    v += x[i] * divisor;
                    x[i] = v;
                }
            }
        } else if (order == 3) {
            if (neighbour == null) {
                throw new CorruptChunkException("block that leans on a neighbour it has not");
            }
            long factor = in2.varint(in);
            long v = in2.varint(in);
            at = LongBlock.unpack(in, in2.at, n - 1, x, 1);
            x[0] = v;
            for (int i = 1; i < n; i++) {
                v += x[i] + factor * neighbour[i - 1];
                x[i] = v;
            }
        } else {
            long v = in2.varint(in);
            long delta = in2.varint(in);
            at = LongBlock.unpack(in, in2.at, n - 2, x, 2);
            x[0] = v;
            v += delta;
            x[1] = v;
            for (int i = 2; i < n; i++) {
                delta += x[i] * divisor;
                v += delta;
                x[i] = v;
            }
        }
        integral = true;
        if (exponent == 0) {
            for (int i = 0; i < n; i++) {
                values[to + i] = x[i];
            }
        } else {
            double power = POWER[exponent];
            for (int i = 0; i < n; i++) {
                values[to + i] = x[i] / power;
            }
        }
        for (int i = 0; i < exceptionCount; i++) {
            int index = in[exceptionsAt] & 0xff;
            if (index >= n) {
                throw new CorruptChunkException("exception " + index + " in a block of " + n + " values");
            }
            values[to + index] = Double.longBitsToDouble(u64(in, exceptionsAt + 1));
            exceptionsAt += 9;
        }
        return at;
    }

    private static int decodeXor(byte[] in, int from, int n, double[] values, int to) {
        var cursor = new Cursor(from);
        int size = (int) cursor.uvarint(in);
        if (size < 8 || size > in.length - cursor.at) {
            throw new CorruptChunkException("XOR block of " + size + " bytes");
        }
        var bits = new BitReader(in, cursor.at, size);
        var window = new XorWindow();
        long v = bits.bits(64);
        values[to] = Double.longBitsToDouble(v);
        for (int i = 1; i < n; i++) {
            v ^= window.read(bits);
            values[to + i] = Double.longBitsToDouble(v);
        }
        return cursor.at + size;
    }

    private static long u64(byte[] in, int at) {
        long v = 0;
        for (int i = 0; i < 8; i++) {
            v = v << 8 | in[at + i] & 0xff;
        }
        return v;
    }

    /// A position that varints move.
    private static final class Cursor {
        private int at;

        Cursor(int at) {
            this.at = at;
        }

        long uvarint(byte[] in) {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = in[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new CorruptChunkException("varint of more than 10 bytes at " + at);
        }

        long varint(byte[] in) {
            long value = uvarint(in);
            return value >>> 1 ^ -(value & 1);
        }
    }
}
