package io.pharos.model.chunk;

import io.pharos.model.sample.SampleBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Broken chunks: whatever their bytes are, decoding ends within them, and complains with a [CorruptChunkException] or
/// not at all. `-Dfuzz.rounds=…` or `-Dfuzz.seconds=…` (of each decoder) runs longer, `-Dfuzz.seed=…` repeats a
/// failure.
class ChunkFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 20_000);
    private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
    private static final long SEED = Long.getLong("fuzz.seed", 20261125L);

    private interface Encoder {
        byte[] encode(Random random);
    }

    private interface Decoder {
        void decode(byte[] bytes, Random random);
    }

    private static void run(Encoder encoder, Decoder decoder) {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        for (int round = 0; SECONDS > 0 ? System.nanoTime() < end : round < ROUNDS; round++) {
            var random = new Random(SEED + round);
            byte[] broken = mutate(encoder.encode(random), random);
            try {
                decoder.decode(broken, random);
            } catch (CorruptChunkException _) {
                // told
            } catch (RuntimeException | OutOfMemoryError e) {
                throw new AssertionError(
                        "seed " + (SEED + round) + ": " + HexFormat.of().formatHex(broken), e);
            }
        }
    }

    private static byte[] mutate(byte[] sound, Random random) {
        byte[] bytes = sound;
        for (int n = random.nextInt(4); n >= 0 && bytes.length > 0; n--) {
            int at = random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 8 : bytes.length));
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = random.nextBoolean() ? (byte) 0xff : 0x7f;
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                default -> System.arraycopy(bytes, at, bytes, 0, bytes.length - at);
            }
        }
        return bytes;
    }

    private static byte[] padded(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + DenseFloats.PADDING);
    }

    @Test
    void valuesThatAreBroken() {
        var dense = new DenseFloats();
        var values = new double[DenseFloats.BLOCK];
        run(
                random -> {
                    int n = 1 + random.nextInt(DenseFloats.BLOCK);
                    var out = new ByteWriter(64);
                    out.u8(n - 1);
                    dense.encodeValues(ChunkPropertyTest.values(random, n), 0, n, out);
                    return out.toBytes();
                },
                (bytes, random) -> {
                    if (bytes.length > 0) {
                        long[] neighbour = random.nextBoolean() ? new long[DenseFloats.BLOCK] : null;
                        dense.decodeValues(padded(bytes), 1, (bytes[0] & 0xff) + 1, values, 0, neighbour);
                    }
                });
    }

    @Test
    void timesThatAreBroken() {
        var dense = new DenseFloats();
        var times = new long[700];
        run(
                random -> {
                    int n = 1 + random.nextInt(700);
                    var out = new ByteWriter(64);
                    dense.encodeTimes(ChunkPropertyTest.times(random, n), 0, n, out);
                    return out.toBytes();
                },
                (bytes, random) -> dense.decodeTimes(padded(bytes), 0, 1 + random.nextInt(700), times, 0));
    }

    @Test
    void xorChunksThatAreBroken() {
        run(
                random -> {
                    int n = 1 + random.nextInt(200);
                    return XorChunk.encode(
                                    ChunkPropertyTest.times(random, n), ChunkPropertyTest.values(random, n), 0, n)
                            .bytes();
                },
                (bytes, _) -> XorChunk.of(bytes).decode(new SampleBuffer()));
    }

    @Test
    void histogramChunksThatAreBroken() {
        run(
                random -> {
                    boolean custom = random.nextBoolean();
                    double[] bounds = {1, 2.5, 10};
                    var writer = new HistogramChunkWriter(
                            1000,
                            custom
                                    ? ChunkPropertyTest.custom(random, 1, bounds)
                                    : ChunkPropertyTest.histogram(random, 10));
                    for (int i = 2; i < 2 + random.nextInt(20); i++) {
                        writer.append(
                                1000L * i,
                                custom
                                        ? ChunkPropertyTest.custom(random, i, bounds)
                                        : ChunkPropertyTest.histogram(random, 10 + 1000L * i));
                    }
                    return writer.chunk().toBytes();
                },
                (bytes, random) -> HistogramChunk.of(
                                bytes, random.nextBoolean() ? ChunkEncoding.HISTOGRAM : ChunkEncoding.FLOAT_HISTOGRAM)
                        .decode(new SampleBuffer()));
    }
}
