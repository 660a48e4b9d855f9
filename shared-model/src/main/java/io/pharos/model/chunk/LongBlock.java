package io.pharos.model.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/*
 * Patched frame of reference. The smallest value is the frame; the others are distances from it, all in the same number
 * of bits, the number that makes the block smallest. A distance that does not fit keeps its low bits in place and its
 * high bits in a patch:
 *
 *   header: width (low 6 bits), 0x40 = has patches | varint frame | [count, (index, uvarint high bits)*] | packed bits
 *
 * Width 63 stands for 64-bit values as they are, without a frame.
 *
 *   100 103 101 900 102  →  width 2, frame 100, patch 3 → 800>>2, bits 00 11 01 00 10
 */
/// Up to 256 longs, bit-packed.
final class LongBlock {
    static final int MAX = 256;
    private static final int RAW = 63;
    private static final int WIDEST = 56;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private LongBlock() {}

    /// Ints of scratch that planning takes.
    static final int SCRATCH = 130;

    private static final int ODD = 65;

    /// How values are packed best: bytes that [#pack] will write, less the frame, in the high 24 bits, the width below.
    static int plan(long[] x, int from, int n, int[] lengths) {
        if (n == 0) {
            return 1 << 8;
        }
        long min = x[from];
        long max = min;
        for (int i = from + 1; i < from + n; i++) {
            min = Math.min(min, x[i]);
            max = Math.max(max, x[i]);
        }
        long range = max - min;
        if (range < 0 || range >>> WIDEST != 0) {
            return (1 + 8 * n) << 8 | RAW;
        }
        int widest = 64 - Long.numberOfLeadingZeros(range);
        if (widest == 0) {
            return 1 << 8;
        }
        java.util.Arrays.fill(lengths, 0, widest + 1, 0);
        java.util.Arrays.fill(lengths, ODD, ODD + widest + 1, 0);
        // two counts for each length, by turns: most values have the same, and a count waits for the one before
        int at = from;
        for (; at + 1 < from + n; at += 2) {
            lengths[64 - Long.numberOfLeadingZeros(x[at] - min)]++;
            lengths[ODD + 64 - Long.numberOfLeadingZeros(x[at + 1] - min)]++;
        }
        if (at < from + n) {
            lengths[64 - Long.numberOfLeadingZeros(x[at] - min)]++;
        }
        for (int length = 0; length <= widest; length++) {
            lengths[length] += lengths[ODD + length];
        }
        int best = 1 + (n * widest + 7 >>> 3);
        int width = widest;
        int longer = 0;
        int patchBytes = 0;
        for (int w = widest - 1; w >= 0; w--) {
            longer += lengths[w + 1];
            if (longer > n >>> 3) {
                break; // many patches decode slowly
            }
            patchBytes = 1;
            for (int length = w + 1; length <= widest; length++) {
                patchBytes += lengths[length] * (1 + (length - w + 6) / 7);
            }
            int cost = 1 + (n * w + 7 >>> 3) + patchBytes;
            if (cost < best) {
                best = cost;
                width = w;
            }
        }
        return best << 8 | width;
    }

    static void pack(long[] x, int from, int n, ByteWriter out, int[] lengths) {
        pack(x, from, n, plan(x, from, n, lengths), out);
    }

    /// Packs as was planned for just these values.
    static void pack(long[] x, int from, int n, int plan, ByteWriter out) {
        int width = plan & 0xff;
        if (width == RAW) {
            out.u8(RAW);
            for (int i = from; i < from + n; i++) {
                out.u64(x[i]);
            }
            return;
        }
        long min = n == 0 ? 0 : x[from];
        for (int i = from + 1; i < from + n; i++) {
            min = Math.min(min, x[i]);
        }
        int header = out.size();
        out.u8(width);
        out.varint(min);
        int patches = 0;
        for (int i = from; i < from + n; i++) {
            if (x[i] - min >>> width != 0) {
                patches++;
            }
        }
        if (patches > 0) {
            out.array()[header] |= 0x40;
            out.u8(patches);
            for (int i = from; i < from + n; i++) {
                long high = x[i] - min >>> width;
                if (high != 0) {
                    out.u8(i - from);
                    out.uvarint(high);
                }
            }
        }
        if (width == 0) {
            return;
        }
        long mask = (1L << width) - 1;
        int bytes = n * width + 7 >>> 3;
        out.ensure(bytes + 16);
        byte[] target = out.array();
        int at = out.size();
        long word = 0;
        int free = 64;
        for (int i = from; i < from + n; i++) {
            long v = x[i] - min & mask;
            if (width <= free) {
                free -= width;
                word |= v << free;
            } else {
                word |= v >>> width - free;
                LONG.set(target, at, word);
                at += 8;
                free += 64 - width;
                word = v << free;
            }
            if (free == 0) {
                LONG.set(target, at, word);
                at += 8;
                word = 0;
                free = 64;
            }
        }
        LONG.set(target, at, word);
        out.advance(bytes);
    }

    /// Reads `n` values into `x` from `to` on and returns where the block ends. `in` must be readable 8 bytes past the
    /// end of the block.
    static int unpack(byte[] in, int from, int n, long[] x, int to) {
        int at = from;
        int header = in[at++];
        int width = header & 0x3f;
        if (width == RAW) {
            for (int i = 0; i < n; i++) {
                x[to + i] = (long) LONG.get(in, at);
                at += 8;
            }
            return at;
        }
        long raw = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in[at++];
            raw |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                break;
            }
        }
        long min = raw >>> 1 ^ -(raw & 1);
        int patches = 0;
        int patchAt = 0;
        if ((header & 0x40) != 0) {
            patches = in[at++] & 0xff;
            patchAt = at;
            for (int i = 0; i < patches; i++) {
                at++;
                while (in[at++] < 0) {}
            }
        }
        if (width == 0) {
            java.util.Arrays.fill(x, to, to + n, min);
        } else {
            int down = 64 - width;
            int bit = 0;
            for (int i = 0; i < n; i++) {
                x[to + i] = min + ((long) LONG.get(in, at + (bit >>> 3)) << (bit & 7) >>> down);
                bit += width;
            }
            at += n * width + 7 >>> 3;
        }
        for (int i = 0; i < patches; i++) {
            int index = in[patchAt++] & 0xff;
            long high = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in[patchAt++];
                high |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            if (index >= n) {
                throw new CorruptChunkException("patch " + index + " of a block of " + n);
            }
            x[to + index] += high << width;
        }
        return at;
    }
}
