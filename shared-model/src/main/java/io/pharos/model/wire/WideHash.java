package io.pharos.model.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A seeded hash of 128 bits over a byte range, by folded 64 × 64 multiplication (the idea of wyhash and MUM).
/// For tables in memory only: its values mean nothing outside the process.
final class WideHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long A = 0xa0761d6478bd642fL;
    private static final long B = 0xe7037ed1a0b428dbL;
    private static final long C = 0x8ebc6af09c88c6e3L;
    private static final long D = 0x589965cc75374cc3L;

    long high;
    long low;

    static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }

    /// Sets [#high] and [#low] to the hash of a range.
    void hash(byte[] bytes, int from, int length, long seed) {
        long x = seed ^ A;
        long y = seed ^ C;
        int at = from;
        int end = from + length;
        for (; at + 32 <= end; at += 32) {
            long a = (long) LONG.get(bytes, at);
            long b = (long) LONG.get(bytes, at + 8);
            long c = (long) LONG.get(bytes, at + 16);
            long d = (long) LONG.get(bytes, at + 24);
            x = mix(a ^ A, b ^ x) ^ mix(c ^ C, d ^ y);
            y = mix(a ^ B ^ y, c ^ D) + mix(b ^ x, d ^ seed);
        }
        for (; at + 8 <= end; at += 8) {
            long a = (long) LONG.get(bytes, at);
            x = mix(a ^ A, x ^ B);
            y = mix(a ^ C, y ^ D);
        }
        long tail = 0;
        for (; at < end; at++) {
            tail = tail << 8 | bytes[at] & 0xff;
        }
        x = mix(tail ^ A, x ^ B);
        y = mix(tail ^ C, y ^ D);
        low = mix(y ^ length, B ^ x);
        high = mix(x ^ length, D ^ y);
    }
}
