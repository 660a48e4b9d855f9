package io.pharos.model.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatHistogramPropertyTest {
    private static final BucketSpan[] NO_SPANS = {};

    private static FloatHistogram random(Random random, int schema) {
        double[] positive = counts(random);
        double[] negative = counts(random);
        double zero = random.nextInt(4);
        double count = zero;
        for (double c : positive) {
            count += c;
        }
        for (double c : negative) {
            count += c;
        }
        return new FloatHistogram(
                CounterResetHint.UNKNOWN,
                schema,
                0x1p-60,
                zero,
                count,
                random.nextInt(100),
                spans(random, positive.length),
                positive,
                spans(random, negative.length),
                negative,
                new double[0]);
    }

    private static double[] counts(Random random) {
        var counts = new double[random.nextInt(6)];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = random.nextInt(5);
        }
        return counts;
    }

    private static BucketSpan[] spans(Random random, int buckets) {
        if (buckets == 0) {
            return NO_SPANS;
        }
        int first = 1 + random.nextInt(buckets);
        var one = new BucketSpan(random.nextInt(20) - 10, first);
        return first == buckets
                ? new BucketSpan[] {one}
                : new BucketSpan[] {one, new BucketSpan(random.nextInt(3), buckets - first)};
    }

    private static FloatHistogram sum(FloatHistogram a, FloatHistogram b) {
        return Objects.requireNonNull(a.plus(b)).histogram();
    }

    @Test
    void additionCommutesAndKeepsTheTotal() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            FloatHistogram a = random(random, random.nextInt(5) - 1);
            FloatHistogram b = random(random, random.nextInt(5) - 1);
            FloatHistogram ab = sum(a, b).compact();
            assertThat(ab.sameAs(sum(b, a).compact())).as("seed %d", seed).isTrue();
            assertThat(total(ab)).as("seed %d", seed).isEqualTo(a.count() + b.count());
            assertThat(ab.schema()).isEqualTo(Math.min(a.schema(), b.schema()));
        }
    }

    private static double total(FloatHistogram h) {
        return h.buckets().stream().mapToDouble(Bucket::count).sum();
    }

    @Test
    void whatIsAddedCanBeTakenAway() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            FloatHistogram a = random(random, 1);
            FloatHistogram b = random(random, 1);
            FloatHistogram back =
                    Objects.requireNonNull(sum(a, b).minus(b)).histogram().compact();
            assertThat(back.sameAs(a.compact()))
                    .as("seed %d: %s and %s", seed, a, back)
                    .isTrue();
        }
    }

    @Test
    void aKahanSumOfSmallCountsIsThePlainSum() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            FloatHistogram plain = random(random, 2);
            HistogramSum sum = HistogramSum.sum(plain);
            HistogramSum mean = HistogramSum.mean(plain);
            for (int i = 0; i < 5; i++) {
                FloatHistogram next = random(random, random.nextInt(4));
                plain = sum(plain, next);
                sum.add(next);
                mean.add(next);
            }
            assertThat(sum.result().compact().sameAs(plain.compact()))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(mean.result().count()).isCloseTo(plain.count() / 6, org.assertj.core.data.Offset.offset(1e-9));
        }
    }

    @Test
    void aCounterThatGrewWasNotReset() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            FloatHistogram before = random(random, random.nextInt(4));
            FloatHistogram after = sum(before, random(random, before.schema()));
            assertThat(after.isResetSince(before)).as("seed %d", seed).isFalse();
            if (before.count() > 0) {
                assertThat(before.times(0.5).isResetSince(before))
                        .as("seed %d", seed)
                        .isTrue();
            }
        }
    }

    @Test
    void aQuantileLiesBetweenItsNeighboursAndFractionUndoesIt() {
        for (long seed = 0; seed < 300; seed++) {
            FloatHistogram h = random(new Random(seed), 0);
            if (h.count() == 0) {
                continue;
            }
            double last = Double.NEGATIVE_INFINITY;
            for (int i = 0; i <= 10; i++) {
                double value = HistogramQuantile.quantile(i / 10.0, h).value();
                assertThat(value).as("seed %d q %d: %s", seed, i, h).isGreaterThanOrEqualTo(last);
                last = value;
                double fraction = HistogramQuantile.fraction(Double.NEGATIVE_INFINITY, value, h)
                        .value();
                assertThat(fraction).as("seed %d q %d: %s", seed, i, h).isBetween(0.0, 1.0 + 1e-12);
            }
        }
    }

    @Test
    void trimmingAtAPointCutsTheCountInTwo() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            FloatHistogram h = random(random, 1);
            double point = random.nextGaussian() * 4;
            double below = h.trimmed(point, true).count();
            double above = h.trimmed(point, false).count();
            assertThat(below + above)
                    .as("seed %d at %f: %s", seed, point, h)
                    .isCloseTo(h.count(), org.assertj.core.data.Offset.offset(1e-9));
        }
    }

    @Test
    void exponentialAndCustomBucketsDoNotMix() {
        FloatHistogram exponential = random(new Random(1), 0);
        var custom = new FloatHistogram(
                CounterResetHint.UNKNOWN,
                NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
                0,
                0,
                1,
                1,
                new BucketSpan[] {new BucketSpan(0, 1)},
                new double[] {1},
                NO_SPANS,
                new double[0],
                new double[] {5});
        assertThat(exponential.plus(custom)).isNull();
        assertThat(custom.minus(exponential)).isNull();
        assertThat(HistogramSum.sum(custom).add(exponential)).isEqualTo(HistogramSum.INCOMPATIBLE);
        assertThat(custom.toString()).isEqualTo("{count:1, sum:1, [-Inf,5]:1}");
    }
}
