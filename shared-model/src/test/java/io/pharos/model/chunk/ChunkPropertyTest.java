package io.pharos.model.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.model.histogram.BucketSpan;
import io.pharos.model.histogram.CounterResetHint;
import io.pharos.model.histogram.FloatHistogram;
import io.pharos.model.histogram.Histogram;
import io.pharos.model.sample.SampleBuffer;
import io.pharos.model.sample.StaleMarker;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkPropertyTest {
    private static final double[] ODD = {
        Double.NaN,
        Double.longBitsToDouble(0x7ff8dead_beef0001L),
        StaleMarker.VALUE,
        -0.0,
        0.0,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        9.007199254740993E15,
        0.1 + 0.2,
        1e-7,
        123456.789
    };

    /// Values of many kinds, chosen by the seed.
    static double[] values(Random random, int n) {
        var values = new double[n];
        int kind = random.nextInt(9);
        double at = random.nextInt(1_000_000);
        for (int i = 0; i < n; i++) {
            at = switch (kind) {
                case 0 -> at;
                case 1 -> at + random.nextInt(1000);
                case 2 -> Math.round((at + random.nextGaussian()) * 100) / 100.0;
                case 3 -> at + 4096 * random.nextInt(50);
                case 4 -> random.nextDouble();
                case 5 -> Double.longBitsToDouble(random.nextLong());
                case 6 -> at + 17;
                case 7 -> random.nextInt(20) == 0 ? ODD[random.nextInt(ODD.length)] : at + 1;
                default -> ODD[random.nextInt(ODD.length)];
            };
            values[i] = at;
            if (kind == 7 && !(Math.abs(at) < 1e15)) {
                at = 5;
            }
        }
        return values;
    }

    static long[] times(Random random, int n) {
        var times = new long[n];
        long at = random.nextInt(4) == 0 ? -random.nextLong(1L << 40) : 1_700_000_000_000L + random.nextInt();
        int kind = random.nextInt(4);
        for (int i = 0; i < n; i++) {
            times[i] = at;
            at += switch (kind) {
                case 0 -> 15_000;
                case 1 -> 15_000 + random.nextInt(7) - 3;
                case 2 -> 1 + random.nextLong(1L << random.nextInt(1, 40));
                default -> random.nextInt(50) == 0 ? 60_000 : 15_000;
            };
        }
        return times;
    }

    @Test
    void denseBlocksDecodeToTheSameBits() {
        for (int seed = 0; seed < 4000; seed++) {
            var random = new Random(seed);
            int n = 1 + random.nextInt(256);
            double[] values = values(random, n);
            var dense = new DenseFloats();
            var out = new ByteWriter(16);
            dense.encodeValues(values, 0, n, out);
            int length = out.size();
            out.ensure(DenseFloats.PADDING);
            var back = new double[n + 3];
            int end = dense.decodeValues(out.array(), 0, n, back, 3);
            assertThat(end).as("seed %d", seed).isEqualTo(length);
            for (int i = 0; i < n; i++) {
                assertThat(Double.doubleToRawLongBits(back[i + 3]))
                        .as("seed %d value %d", seed, i)
                        .isEqualTo(Double.doubleToRawLongBits(values[i]));
            }
        }
    }

    @Test
    void seriesThatGrowTogetherLeanOnEachOther() {
        var random = new Random(4);
        int n = 256;
        var below = new double[n];
        var above = new double[n];
        double a = 1000;
        double b = 5000;
        for (int i = 0; i < n; i++) {
            int step = random.nextInt(60);
            a += step;
            b += step * 3 + random.nextInt(2);
            below[i] = a;
            above[i] = b / 100;
        }
        var dense = new DenseFloats();
        var out = new ByteWriter(16);
        assertThat(dense.encodeValues(below, 0, n, out, null)).isFalse();
        var differences = new long[DenseFloats.BLOCK];
        assertThat(dense.differences(differences, n)).isTrue();
        int at = out.size();
        assertThat(dense.encodeValues(above, 0, n, out, differences)).isTrue();
        assertThat(out.size() - at).isLessThan(n / 8 + 16);
        out.ensure(DenseFloats.PADDING);
        assertThat(DenseFloats.leans(out.array(), at)).isTrue();
        var back = new double[n];
        dense.decodeValues(out.array(), 0, n, back, 0);
        assertThat(back).isEqualTo(below);
        assertThat(dense.differences(differences, n)).isTrue();
        dense.decodeValues(out.array(), at, n, back, 0, differences);
        assertThat(back).isEqualTo(above);
    }

    @Test
    void timesDecodeToThemselves() {
        for (int seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            int n = 1 + random.nextInt(700);
            long[] times = times(random, n);
            var dense = new DenseFloats();
            var out = new ByteWriter(16);
            dense.encodeTimes(times, 0, n, out);
            int length = out.size();
            out.ensure(DenseFloats.PADDING);
            var back = new long[n];
            assertThat(dense.decodeTimes(out.array(), 0, n, back, 0)).isEqualTo(length);
            assertThat(back).as("seed %d", seed).isEqualTo(times);
        }
    }

    @Test
    void regularTimesAreNearlyFree() {
        var times = new long[5760];
        Arrays.setAll(times, i -> 1_700_000_000_000L + 15_000L * i);
        var out = new ByteWriter(16);
        new DenseFloats().encodeTimes(times, 0, times.length, out);
        assertThat(out.size()).isLessThan(64);
    }

    @Test
    void xorChunksDecodeToTheSameBits() {
        for (int seed = 0; seed < 3000; seed++) {
            var random = new Random(seed);
            int n = 1 + random.nextInt(240);
            long[] times = times(random, n);
            double[] values = values(random, n);
            XorChunk chunk = XorChunk.of(XorChunk.encode(times, values, 0, n).bytes());
            var back = new SampleBuffer();
            chunk.decode(back);
            assertThat(back.floats()).isEqualTo(n);
            assertThat(Arrays.copyOf(back.times(), n)).as("seed %d", seed).isEqualTo(times);
            for (int i = 0; i < n; i++) {
                assertThat(Double.doubleToRawLongBits(back.values()[i]))
                        .as("seed %d value %d", seed, i)
                        .isEqualTo(Double.doubleToRawLongBits(values[i]));
            }
        }
    }

    @Test
    void aTruncatedXorChunkIsRefusedAndNeverReadPastItsEnd() {
        var random = new Random(7);
        byte[] whole =
                XorChunk.encode(times(random, 100), values(random, 100), 0, 100).bytes();
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> XorChunk.of(cut)).isInstanceOf(CorruptChunkException.class);
        }
    }

    static Histogram histogram(Random random, long base) {
        BucketSpan[] spans = {new BucketSpan(-2, 2), new BucketSpan(3, 1)};
        long a = base + random.nextInt(3);
        long b = base * 2;
        long c = base / 2;
        long zero = base;
        return new Histogram(
                CounterResetHint.UNKNOWN,
                3,
                0.001,
                zero,
                a + b + c + zero,
                random.nextDouble() * base,
                spans,
                new long[] {a, b - a, c - b},
                new BucketSpan[0],
                new long[0],
                new double[0]);
    }

    @Test
    void integerHistogramsDecodeToThemselves() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            Histogram first = histogram(random, 10);
            var writer = new HistogramChunkWriter(1000, first);
            var written = new java.util.ArrayList<FloatHistogram>();
            written.add(first.toFloat());
            long base = 10;
            for (int i = 1; i < 60; i++) {
                base += 4 + random.nextInt(1000);
                Histogram next = histogram(random, base);
                assertThat(writer.append(1000 + i * 15_000L + random.nextInt(5), next))
                        .isTrue();
                written.add(next.toFloat());
            }
            assertThat(writer.append(2_000_000, Histogram.stale())).isTrue();
            HistogramChunk chunk = HistogramChunk.of(writer.chunk().toBytes(), ChunkEncoding.HISTOGRAM);
            var back = new SampleBuffer();
            chunk.decode(back);
            assertThat(back.histogramCount()).isEqualTo(61);
            assertThat(IntegerCounts.of(back, 7)).isInstanceOf(Histogram.class);
            for (int i = 0; i < 60; i++) {
                assertThat(back.histograms()[i]).as("seed %d, %d", seed, i).isEqualTo(written.get(i));
            }
            assertThat(back.histograms()[60].isStale()).isTrue();
            assertThat(back.histograms()[1].hint()).isEqualTo(CounterResetHint.NOT_RESET);
        }
    }

    @Test
    void floatHistogramsWithCustomBoundsDecodeToThemselves() {
        var random = new Random(3);
        double[] bounds = {0.1, 0.25, 1, 2.5, 1e9 + 0.3};
        FloatHistogram first = custom(random, 1, bounds);
        var writer = new HistogramChunkWriter(-5, first);
        var written = new java.util.ArrayList<FloatHistogram>();
        written.add(first);
        for (int i = 1; i < 100; i++) {
            FloatHistogram next = custom(random, i + 1, bounds);
            assertThat(writer.append(i * 1000L, next)).isTrue();
            written.add(next);
        }
        var back = new SampleBuffer();
        HistogramChunk.of(writer.chunk().toBytes(), ChunkEncoding.FLOAT_HISTOGRAM)
                .decode(back);
        for (int i = 0; i < 100; i++) {
            assertThat(back.histograms()[i]).isEqualTo(written.get(i));
        }
    }

    static FloatHistogram custom(Random random, int i, double[] bounds) {
        return new FloatHistogram(
                CounterResetHint.UNKNOWN,
                -53,
                0,
                0,
                10.5 * i,
                random.nextGaussian(),
                new BucketSpan[] {new BucketSpan(0, 3), new BucketSpan(1, 2)},
                new double[] {i, 2.5 * i, 3 * i, 1.5 * i, 2.5 * i},
                new BucketSpan[0],
                new double[0],
                bounds);
    }

    @Test
    void aCounterResetOrAnotherLayoutBeginsANewChunk() {
        var random = new Random(1);
        var writer = new HistogramChunkWriter(0, histogram(random, 100));
        assertThat(writer.append(1, histogram(random, 50))).isFalse();
        assertThat(writer.append(1, histogram(random, 200).toFloat())).isFalse();
        assertThat(writer.append(1, histogram(random, 200))).isTrue();
    }
}
