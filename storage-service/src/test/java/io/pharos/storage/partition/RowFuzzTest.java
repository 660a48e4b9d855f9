package io.pharos.storage.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.model.chunk.ByteWriter;
import io.pharos.model.chunk.CorruptChunkException;
import io.pharos.model.labels.Labels;
import io.pharos.model.sample.Exemplar;
import io.pharos.model.sample.MetricMetadata;
import io.pharos.model.sample.MetricType;
import io.pharos.model.sample.SampleBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Broken rows of partitions, should they ever get past the checksums: reading them ends within them, and complains
/// with
/// a [CorruptChunkException] or not at all. `-Dfuzz.rounds=…` or `-Dfuzz.seconds=…` (of each reader) runs longer,
/// `-Dfuzz.seed=…` repeats a failure.
class RowFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 10_000);
    private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
    private static final long SEED = Long.getLong("fuzz.seed", 20261125L);

    private interface Decoder {
        void decode(byte[] bytes, Random random);
    }

    private static void run(byte[] sound, Decoder decoder) {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        for (int round = 0; SECONDS > 0 ? System.nanoTime() < end : round < ROUNDS; round++) {
            var random = new Random(SEED + round);
            byte[] bytes = sound.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length);
                bytes[at] =
                        random.nextBoolean() ? (byte) random.nextInt() : (byte) (bytes[at] ^ 1 << random.nextInt(8));
            }
            if (random.nextInt(4) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            try {
                decoder.decode(bytes, random);
            } catch (CorruptChunkException _) {
                // told
            } catch (RuntimeException | OutOfMemoryError e) {
                throw new AssertionError(
                        "seed " + (SEED + round) + ": " + HexFormat.of().formatHex(bytes), e);
            }
        }
    }

    private static byte[] block() {
        var writer = new SampleBlock.Writer();
        for (int i = 0; i < 6; i++) {
            var samples = new SampleBuffer();
            for (int k = 0; k < 400 + i % 2 * 100; k++) {
                if (i == 4) {
                    samples.addFloat(k * 15_000L, k * 0.5, k * 15_000L - 7);
                } else {
                    samples.addFloat(k * 15_000L, k * (i + 1) + k % 7);
                }
            }
            writer.add(samples);
        }
        return writer.finish().toBytes();
    }

    @Test
    void blocksOfSamples() {
        byte[] sound = block();
        var reader = new SampleBlock.Reader();
        run(sound, (bytes, random) -> {
            reader.bytes = Arrays.copyOf(bytes, bytes.length + 64);
            reader.length = bytes.length;
            reader.parse();
            var into = new SampleBuffer();
            for (int k = 0; k < reader.count(); k++) {
                into.clear();
                long from = random.nextInt(6_000_000);
                reader.read(k, from, from + random.nextInt(6_000_000), into);
            }
        });
    }

    @Test
    void exemplarsAndMetadata() {
        var row = new ByteWriter(1024);
        for (int i = 0; i < 10; i++) {
            ExemplarRows.write(
                    row,
                    Labels.of("__name__", "m", "i", "" + i),
                    List.of(new Exemplar(Labels.of("trace_id", "t" + i), i, 1000L + i)));
        }
        run(row.toBytes(), (bytes, _) -> ExemplarRows.read(bytes, new TreeMap<>()));
        row.clear();
        var all = new HashMap<String, MetricMetadata>();
        for (int i = 0; i < 10; i++) {
            all.put("family" + i, new MetricMetadata(MetricType.of("gauge"), i % 2 == 0 ? "" : "bytes", "é " + i));
        }
        all.forEach((name, of) -> MetadataRows.write(row, name, of));
        var back = new HashMap<String, MetricMetadata>();
        MetadataRows.read(row.toBytes(), back);
        assertThat(back).isEqualTo(all);
        run(row.toBytes(), (bytes, _) -> MetadataRows.read(bytes, new HashMap<>()));
    }
}
